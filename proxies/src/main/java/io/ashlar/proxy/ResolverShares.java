package io.ashlar.proxy;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.Keys;
import io.ashlar.message.Address;
import io.ashlar.message.ResolverShare;
import java.util.List;

/** The resolvers of the epoch, and the cutting of conflict ranges to the share of each. Pure. */
final class ResolverShares {
  private final List<ResolverShare> shares;

  ResolverShares(List<ResolverShare> shares) {
    this.shares = shares;
  }

  int count() {
    return shares.size();
  }

  Address address(int resolver) {
    return shares.get(resolver).resolver();
  }

  /** The parts of the encoded conflict ranges that lie in the resolver's share. */
  Bytes cut(int resolver, Bytes conflicts) {
    KeyRange share = shares.get(resolver).range();
    boolean whole = share.begin().isEmpty() && share.end().compareTo(Keys.SYSTEM_END) >= 0;
    if (whole || conflicts.isEmpty()) {
      return conflicts;
    }
    ByteWriter cut = new ByteWriter(conflicts.length());
    ByteReader reader = new ByteReader(conflicts);
    while (reader.hasRemaining()) {
      KeyRange part = KeyRanges.decode(reader).intersection(share);
      if (!part.isEmpty()) {
        KeyRanges.encode(part, cut);
      }
    }
    return cut.toBytes();
  }
}
