package io.ashlar.server.shell;

import io.ashlar.client.ReadTransaction;
import io.ashlar.core.Bytes;
import io.ashlar.table.Query;
import io.ashlar.table.StoredTable;
import io.ashlar.table.TablePage;
import io.ashlar.tuple.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Which rows of a table are wanted, as typed.
 *
 * @param index null for the primary key
 * @param equal values of the first columns
 * @param from of the next columns, or null
 * @param to of the next columns, or null
 * @param starting what the next column begins with, or null
 * @param limit how many in a page; 0 when that is not said
 * @param after the token of the page before, or null
 */
record TableQuery(
    String index,
    List<Object> equal,
    List<Object> from,
    List<Object> to,
    String starting,
    boolean reverse,
    int limit,
    Bytes after) {
  private static final int LIMIT = 25;
  private static final List<String> KEYWORDS =
      List.of("from", "to", "starting", "reverse", "limit", "after");

  static TableQuery ofRows(Arguments arguments) {
    return parse(null, arguments);
  }

  static TableQuery ofIndex(Arguments arguments) {
    return parse(Arguments.text(arguments.next()), arguments);
  }

  private static TableQuery parse(String index, Arguments arguments) {
    List<Object> equal = arguments.values(KEYWORDS);
    List<Object> from = null;
    List<Object> to = null;
    String starting = null;
    boolean reverse = false;
    int limit = 0;
    Bytes after = null;
    while (arguments.left() > 0) {
      if (arguments.take("reverse")) {
        reverse = true;
      } else if (arguments.take("limit")) {
        arguments.need("limit");
        limit = arguments.limit();
      } else if (arguments.take("after")) {
        arguments.need("after");
        after = arguments.next();
      } else if (arguments.take("starting")) {
        arguments.need("starting");
        starting = Arguments.text(arguments.next());
      } else if (arguments.take("from")) {
        arguments.need("from");
        from = arguments.values(KEYWORDS);
      } else if (arguments.take("to")) {
        arguments.need("to");
        to = arguments.values(KEYWORDS);
      } else {
        // Such as a value behind `reverse'.
        arguments.end();
      }
    }
    if (starting != null && (from != null || to != null)) {
      throw new RefusedException("`starting' goes with neither `from' nor `to'");
    }
    return new TableQuery(index, equal, from, to, starting, reverse, limit, after);
  }

  Query<Tuple, byte[]> on(StoredTable table) {
    Query<Tuple, byte[]> query = index == null ? table.rows().scan() : table.rows().query(index);
    query = query.equalTo(equal.toArray()).limit(limit == 0 ? LIMIT : limit);
    if (starting != null) {
      query = query.startingWith(starting);
    }
    if (from != null) {
      query = query.from(from.toArray());
    }
    if (to != null) {
      query = query.to(to.toArray());
    }
    return reverse ? query.reversed() : query;
  }

  /** What tells it from other queries, of any table. */
  Tuple identity(List<String> path) {
    return Tuple.fromList(Arrays.asList("table", path, index, equal, from, to, starting, reverse));
  }

  /** One page of it. */
  CompletableFuture<TablePage<byte[]>> page(
      StoredTable table, ReadTransaction reads, byte[] continuation) {
    return on(table).page(reads, continuation);
  }
}
