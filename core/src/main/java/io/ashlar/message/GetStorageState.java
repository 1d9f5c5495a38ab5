package io.ashlar.message;

/** Asks a storage server for {@link StorageState}. */
public record GetStorageState() implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.GET_STORAGE_STATE;
  }
}
