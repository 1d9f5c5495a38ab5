package io.ashlar.server.shell;

import io.ashlar.client.ReadTransaction;
import io.ashlar.directory.DirectoryLayer;
import io.ashlar.directory.DirectorySubspace;
import io.ashlar.layer.RangePart;
import io.ashlar.layer.Repeat;
import io.ashlar.server.Failures;
import io.ashlar.server.Json;
import io.ashlar.table.IndexEntry;
import io.ashlar.table.IndexState;
import io.ashlar.table.Query;
import io.ashlar.table.StoredTable;
import io.ashlar.table.StoredTable.StoredIndex;
import io.ashlar.table.TableException;
import io.ashlar.table.TablePage;
import io.ashlar.tuple.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * What {@code table} does: looks at tables by what they say of themselves. Without the program that
 * declares a table nobody can tell what a row has in an index; so it changes nothing.
 */
final class TableCommands {
  private static final int CHECK_PAGE = 500;

  /** So many are read at most to be counted in one of several transactions. */
  private static final int COUNT_PAGE = 100_000;

  private static final int EXAMPLES_MAX = 5;

  /** Directories that a list looks at, if its transaction does not end before. */
  private static final int DIRECTORIES_MAX = 5_000;

  private final DirectoryLayer directories = new DirectoryLayer();
  private final Transactions transactions;

  TableCommands(Transactions transactions) {
    this.transactions = transactions;
  }

  Reply run(TableVerb verb, Arguments arguments) throws InterruptedException, ExecutionException {
    if (verb == TableVerb.LIST) {
      return list(arguments.left() == 0 ? List.of() : Arguments.path(arguments.next()));
    }
    List<String> path = Arguments.path(arguments.next());
    return switch (verb) {
      case DESCRIBE -> describe(path);
      case GET -> get(path, Tuple.fromList(arguments.values(List.of())));
      case SCAN -> rows(path, TableQuery.ofRows(arguments));
      case QUERY -> rows(path, TableQuery.ofIndex(arguments));
      case COUNT ->
          count(
              path,
              arguments.left() == 0 ? TableQuery.ofRows(arguments) : TableQuery.ofIndex(arguments));
      default -> check(path);
    };
  }

  // Finding tables.

  private Reply list(List<String> below) throws InterruptedException, ExecutionException {
    SortedMap<String, StoredTable> found =
        transactions.read(
            reads -> {
              SortedMap<String, StoredTable> tables = new TreeMap<>();
              Deque<List<String>> left = new ArrayDeque<>(List.of(below));
              int[] looked = new int[1];
              long end = RangePart.endOfVersion(reads);
              return Repeat.whileTrue(
                      () -> {
                        if (looked[0] == DIRECTORIES_MAX || RangePart.isOver(reads, end)) {
                          throw new RefusedException(
                              "there are more than "
                                  + looked[0]
                                  + " directories, too many for one transaction: name one, to look"
                                  + " below it");
                        }
                        looked[0]++;
                        return look(reads, left.poll(), tables, left)
                            .thenApply(done -> !left.isEmpty());
                      })
                  .thenApply(done -> tables);
            });
    List<String> lines = new ArrayList<>();
    List<Object> shown = new ArrayList<>();
    found.forEach(
        (name, table) -> {
          lines.add(
              String.format(
                  Locale.ROOT,
                  "%-24s %d key column(s), %d index(es), rows encoded as %s",
                  name,
                  table.keyColumns(),
                  table.indexes().size(),
                  table.codec()));
          shown.add(Json.object().put("table", name).put("codec", table.codec()));
        });
    if (found.isEmpty()) {
      lines.add("no directory has a table");
    }
    return Reply.ok(Json.object().put("tables", shown), lines);
  }

  /** Notes the table of one directory, and the directories in it. */
  private CompletableFuture<Void> look(
      ReadTransaction reads,
      List<String> path,
      SortedMap<String, StoredTable> tables,
      Deque<List<String>> left) {
    CompletableFuture<StoredTable> opened =
        path.isEmpty()
            ? CompletableFuture.completedFuture(null)
            : directories.open(reads, path).thenCompose(directory -> tableIn(reads, directory));
    return opened
        .thenCompose(
            table -> {
              if (table != null) {
                tables.put(String.join("/", path), table);
              }
              return directories.list(reads, path);
            })
        .thenAccept(
            names -> {
              for (String name : names) {
                List<String> deeper = new ArrayList<>(path);
                deeper.add(name);
                left.add(deeper);
              }
            });
  }

  /**
   * The table of a directory; null when it has none. Others may have a key where a table describes
   * itself, such as a counter.
   */
  static CompletableFuture<StoredTable> tableIn(
      ReadTransaction reads, DirectorySubspace directory) {
    if (directory.isPartition()) {
      return CompletableFuture.completedFuture(null);
    }
    return StoredTable.open(reads, directory.subspace())
        .exceptionally(
            failure -> {
              if (isFor(failure, TableException.Reason.INCOMPATIBLE)) {
                return null;
              }
              throw new CompletionException(Failures.unwrap(failure));
            });
  }

  private static boolean isFor(Throwable failure, TableException.Reason reason) {
    return Failures.unwrap(failure) instanceof TableException cause && cause.reason() == reason;
  }

  /** A part of a transaction on a table. */
  private interface Part<T> {
    CompletableFuture<T> of(ReadTransaction reads, StoredTable table);
  }

  private <T> T read(List<String> path, Part<T> part)
      throws InterruptedException, ExecutionException {
    return transactions.read(
        reads ->
            directories
                .open(reads, path)
                .thenCompose(
                    directory ->
                        directory.isPartition()
                            ? CompletableFuture.<StoredTable>completedFuture(null)
                            : StoredTable.open(reads, directory.subspace()))
                .thenCompose(
                    table -> {
                      if (table == null) {
                        throw new RefusedException(
                            "the directory " + String.join("/", path) + " has no table");
                      }
                      return part.of(reads, table);
                    }));
  }

  // Looking at one.

  private Reply describe(List<String> path) throws InterruptedException, ExecutionException {
    StoredTable table = read(path, (reads, one) -> CompletableFuture.completedFuture(one));
    List<String> lines = new ArrayList<>();
    lines.add("Rows         encoded as " + table.codec());
    lines.add("Primary key  " + table.keyColumns() + " column(s)");
    table
        .components()
        .forEach((name, kind) -> lines.add(String.format(Locale.ROOT, "  %-24s %s", name, kind)));
    List<Object> indexes = new ArrayList<>();
    for (StoredIndex index : table.indexes()) {
      lines.add(String.format(Locale.ROOT, "Index        %-24s %s", index.name(), told(index)));
      indexes.add(
          Json.object()
              .put("name", index.name())
              .put("state", index.state().name().toLowerCase(Locale.ROOT))
              .put("unique", index.unique())
              .put("columns", index.columns())
              .put("multiple", index.multiple())
              .put("covered", index.covered())
              .put("revision", index.revision())
              .put("rowsBuilt", index.rowsBuilt()));
    }
    return Reply.ok(
        Json.object()
            .put("table", String.join("/", path))
            .put("codec", table.codec())
            .put("keyColumns", table.keyColumns())
            .put("components", table.components())
            .put("indexes", indexes),
        lines);
  }

  private static String told(StoredIndex index) {
    StringBuilder told = new StringBuilder();
    told.append(index.state().name().toLowerCase(Locale.ROOT));
    if (index.state() == IndexState.BUILDING) {
      told.append(String.format(Locale.ROOT, ", %,d rows so far", index.rowsBuilt()));
    }
    told.append("; ").append(index.columns()).append(" column(s)");
    told.append(index.unique() ? ", unique" : "");
    told.append(index.multiple() ? ", several entries a row" : "");
    told.append(index.covered() > 0 ? ", covers " + index.covered() + " value(s)" : "");
    return told.toString();
  }

  private Reply get(List<String> path, Tuple key) throws InterruptedException, ExecutionException {
    StoredTable[] opened = new StoredTable[1];
    TablePage<byte[]> found =
        read(
            path,
            (reads, table) -> {
              opened[0] = table;
              if (key.size() != table.keyColumns()) {
                throw new RefusedException(
                    "the primary key has " + table.keyColumns() + " column(s), not " + key.size());
              }
              // A query refuses a key of another type than the column's, which a get cannot find.
              return table.rows().scan().equalTo(key.getItems().toArray()).page(reads);
            });
    boolean isThere = !found.found().isEmpty();
    Json json = Json.object().put("found", isThere);
    if (!isThere) {
      return Reply.ok(json, key + ": not found");
    }
    ShownRow shown = ShownRow.of(opened[0].codec(), found.found().get(0));
    return Reply.ok(json.put("row", shown.json()), shown.line());
  }

  private Reply rows(List<String> path, TableQuery wanted)
      throws InterruptedException, ExecutionException {
    String[] codec = new String[1];
    Tuple which = wanted.identity(path);
    byte[] from = PageToken.continuation(wanted.after(), which);
    TablePage<byte[]> page =
        read(
            path,
            (reads, table) -> {
              codec[0] = table.codec();
              return wanted.page(table, reads, from);
            });
    List<String> lines = new ArrayList<>();
    List<Object> shown = new ArrayList<>();
    for (byte[] row : page.found()) {
      ShownRow one = ShownRow.of(codec[0], row);
      lines.add(one.line());
      shown.add(one.json());
    }
    String more = PageToken.of(page.continuation(), which);
    lines.add(Reply.page(page.found().size(), "row", more));
    return Reply.ok(Reply.page(shown, more), lines);
  }

  private Reply count(List<String> path, TableQuery wanted)
      throws InterruptedException, ExecutionException {
    if (wanted.after() != null || wanted.limit() != 0) {
      throw new RefusedException(
          "`limit' and `after' are for scan and query: a count is of everything");
    }
    try {
      return counted(read(path, (reads, table) -> wanted.on(table).count(reads)), true);
    } catch (ExecutionException failure) {
      if (!isFor(failure, TableException.Reason.TOO_MANY)) {
        throw failure;
      }
    }
    if (transactions.inTransaction()) {
      throw new RefusedException(
          "there are too many to count within a transaction: `rollback' or `commit' first, to count"
              + " them in several");
    }
    // Each part is as consistent as was asked for, and none begins after an interrupt.
    long count = 0;
    byte[] at = null;
    do {
      byte[] from = at;
      Part<Counted> part = (reads, table) -> countPart(reads, wanted, table, from);
      Counted counted = read(path, part);
      count += counted.count();
      at = counted.continuation();
    } while (at != null);
    return counted(count, false);
  }

  /** A part of what is counted. */
  private record Counted(int count, byte[] continuation) {
    static Counted of(TablePage<?> page) {
      return new Counted(page.found().size(), page.continuation());
    }
  }

  /** Entries are counted without their rows. */
  private static CompletableFuture<Counted> countPart(
      ReadTransaction reads, TableQuery wanted, StoredTable table, byte[] from) {
    Query<Tuple, byte[]> query = wanted.on(table).limit(COUNT_PAGE);
    return wanted.index() == null
        ? query.page(reads, from).thenApply(Counted::of)
        : query.entries(reads, from).thenApply(Counted::of);
  }

  private static Reply counted(long count, boolean isOneVersion) {
    return Reply.ok(
        Json.object().put("count", count).put("atOneVersion", isOneVersion),
        String.format(Locale.ROOT, "%,d%s", count, isOneVersion ? "" : ", not at one version"));
  }

  // Checking one.

  /** One page of entries, each with whether its row is there, at one version. */
  private record Checked(int entries, List<String> dangling, byte[] continuation) {}

  /** What was found of one index; of the entries of no row the first ones, and how many. */
  private static final class Findings {
    private final List<String> examples = new ArrayList<>();
    private long entries;
    private long dangling;

    void add(Checked page) {
      entries += page.entries();
      dangling += page.dangling().size();
      page.dangling().stream().limit(EXAMPLES_MAX - examples.size()).forEach(examples::add);
    }
  }

  private Reply check(List<String> path) throws InterruptedException, ExecutionException {
    StoredTable table = read(path, (reads, one) -> CompletableFuture.completedFuture(one));
    List<String> lines = new ArrayList<>();
    List<Object> shown = new ArrayList<>();
    boolean isClean = true;
    for (StoredIndex index : table.indexes()) {
      if (index.state() != IndexState.READABLE) {
        lines.add(index.name() + ": not looked at, " + told(index));
        continue;
      }
      Findings findings = new Findings();
      byte[] at = null;
      do {
        byte[] from = at;
        Checked page = read(path, (reads, one) -> check(reads, one, index.name(), from));
        findings.add(page);
        at = page.continuation();
      } while (at != null);
      isClean &= findings.dangling == 0;
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: %,d entries, %,d of them of no row",
              index.name(),
              findings.entries,
              findings.dangling));
      findings.examples.forEach(entry -> lines.add("  " + entry));
      shown.add(
          Json.object()
              .put("name", index.name())
              .put("entries", findings.entries)
              .put("dangling", findings.dangling));
    }
    Json json = Json.object().put("clean", isClean).put("indexes", shown);
    return isClean
        ? Reply.ok(json, lines)
        : new Reply(false, lines, json.put("message", "entries of no row"), false);
  }

  private static CompletableFuture<Checked> check(
      ReadTransaction reads, StoredTable table, String index, byte[] from) {
    return table
        .rows()
        .query(index)
        .limit(CHECK_PAGE)
        .entries(reads, from)
        .thenCompose(
            page -> {
              List<Tuple> keys = page.found().stream().map(IndexEntry::key).toList();
              return table
                  .rows()
                  .getAll(reads, keys)
                  .thenApply(
                      rows -> {
                        List<String> dangling = new ArrayList<>();
                        for (int i = 0; i < rows.size(); i++) {
                          if (rows.get(i) == null) {
                            dangling.add(page.found().get(i).values() + " leads to " + keys.get(i));
                          }
                        }
                        return new Checked(rows.size(), dangling, page.continuation());
                      });
            });
  }
}
