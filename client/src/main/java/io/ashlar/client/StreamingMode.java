package io.ashlar.client;

/** How large the pages of a range read are. */
public enum StreamingMode {
  /** The whole range will be used: large pages at once. */
  WANT_ALL(120_000),
  /** Who knows: pages that begin small and grow from 4 KB to 120 KB. */
  ITERATOR(0),
  /** All rows of the limit in one page; needs a limit of rows. */
  EXACT(0),
  /** 256 bytes a page. */
  SMALL(256),
  /** 1,000 bytes a page. */
  MEDIUM(1_000),
  /** 4,096 bytes a page. */
  LARGE(4_096),
  /** 120,000 bytes a page: the best for one reader through the whole range. */
  SERIAL(120_000);

  private static final int[] ITERATOR_BYTES = {
    4_096, 6_144, 9_216, 13_824, 20_736, 31_104, 46_656, 69_984, 80_000, 120_000
  };

  private final int bytes;

  StreamingMode(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of the page with this number, from 0. */
  int pageBytes(int page) {
    return switch (this) {
      case ITERATOR -> ITERATOR_BYTES[Math.min(page, ITERATOR_BYTES.length - 1)];
      case EXACT -> Integer.MAX_VALUE;
      default -> bytes;
    };
  }
}
