package io.ashlar.storage;

final class ModelEngineTest extends EngineContract {
  @Override
  EngineHarness harness() {
    return new EngineHarness.Model();
  }
}
