package io.ashlar.embedded.kill;

import io.ashlar.runtime.FileLayer;
import io.ashlar.runtime.ForwardingFiles;

/** Files of another layer whose syncs do nothing: the bug that a crash test must find. */
final class UnsyncingFiles extends ForwardingFiles {
  UnsyncingFiles(FileLayer under) {
    super(under);
  }

  @Override
  protected Handle handle(Handle opened) {
    return new ForwardingHandle(opened) {
      @Override
      public void sync() {
        // The planted bug.
      }
    };
  }
}
