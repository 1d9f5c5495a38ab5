package io.ashlar.benchmarks;

import io.ashlar.message.ResolverTransaction;
import java.util.List;

/** What is measured: decides one batch after the other. */
interface BatchResolver {
  /** One verdict code for each transaction. */
  byte[] resolve(long version, List<ResolverTransaction> transactions);
}
