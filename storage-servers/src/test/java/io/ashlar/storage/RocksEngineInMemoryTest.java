package io.ashlar.storage;

final class RocksEngineInMemoryTest extends EngineContract {
  @Override
  EngineHarness harness() {
    return EngineHarness.Rocks.inMemory();
  }
}
