package io.ashlar.message;

import java.util.List;

/**
 * The metadata transactions of one version.
 *
 * @param transactions in batch order
 */
public record MetadataBatch(long version, List<MetadataTransaction> transactions) {
  public MetadataBatch {
    transactions = List.copyOf(transactions);
  }
}
