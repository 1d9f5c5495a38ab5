package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.simulation.check.DirectoryCall.Kind;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DirectoryCheckerTest {
  private static final DirectoryRows ROWS = new DirectoryRows(new Subspace(Tuple.from("nodes")));
  private static final Bytes ONE = Bytes.of(0x15, 1);
  private static final Bytes TWO = Bytes.of(0x15, 2);

  private final DirectoryChecker checker = new DirectoryChecker(ROWS);
  private final Map<Bytes, Bytes> rows = new TreeMap<>();
  private long version;

  private static List<String> path(String text) {
    return List.of(text.split("/"));
  }

  private void add(Kind kind, String path, String with, String answer, Bytes... prefixes) {
    add(kind, path, 0, with, answer, prefixes);
  }

  private void add(
      Kind kind, String path, int opened, String with, String answer, Bytes... prefixes) {
    DirectoryCall call =
        new DirectoryCall(kind, path(path), opened, with, answer, List.of(prefixes));
    DirectoryCall again = DirectoryCall.fromTuple(Tuple.fromBytes(call.toTuple().pack()));
    assertThat(again).isEqualTo(call);
    checker.add(new Stamp(++version, 0), List.of(again));
  }

  private void row(byte[] key, Bytes value) {
    rows.put(Bytes.wrap(key), value);
  }

  /** The rows that the root keeps of a directory in {@code parent}. */
  private void node(DirectoryRows of, Bytes parent, String name, Bytes prefix, String layer) {
    row(of.childKey(parent, name), prefix);
    row(of.layerKey(prefix), Bytes.utf8(layer));
  }

  private void accepts() {
    assertThat(checker.end(rows).kept()).isEmpty();
  }

  private void refuses(String... words) {
    assertThat(checker.end(rows).kept())
        .hasSize(words.length)
        .allSatisfy(
            said -> assertThat(Arrays.stream(words).anyMatch(said::contains)).as(said).isTrue());
  }

  @Test
  void theTreeIsFollowed() {
    add(Kind.CREATE, "a/b", "fruit", "of the layer fruit", ONE, TWO);
    add(Kind.WRITE, "a/b", "row0/7", "done", ONE, TWO);
    add(Kind.CREATE, "a", "", "ALREADY_EXISTS");
    add(Kind.OPEN, "a/b", "stone", "LAYER_MISMATCH");
    add(Kind.MOVE, "a", "a/b/c", "ILLEGAL_MOVE");
    add(Kind.MOVE, "a/b", "c/b", "NO_SUCH_DIRECTORY");
    add(Kind.MOVE, "a/b", "b", "of the layer fruit", TWO);
    add(Kind.READ, "b", "row0", "7", TWO);
    add(Kind.LIST, "a", "", "");
    add(Kind.REMOVE, "a", "", "done");
    add(Kind.REMOVE_IF_EXISTS, "a", "", "false");
    node(ROWS, ROWS.root(), "b", TWO, "fruit");
    row(new Subspace(TWO.toArray()).pack("row0"), Bytes.utf8("7"));
    accepts();
  }

  @Test
  void whatIsInAPartitionLiesInItsKeysAndStaysThere() {
    Bytes inside = ONE.concat(TWO);
    DirectoryRows partition = DirectoryRows.ofPartition(ONE);
    add(Kind.CREATE, "p", "partition", "of the layer partition", ONE);
    add(Kind.CREATE, "p/a", "", "of the layer ", ONE, inside);
    add(Kind.WRITE, "p", "row0/1", "no keys", ONE);
    add(Kind.MOVE, "p/a", "a", "ILLEGAL_MOVE");
    add(Kind.MOVE, "p/a", 2, "a", "ILLEGAL_MOVE");
    add(Kind.MOVE, "p/a", "p", "ILLEGAL_MOVE");
    add(Kind.MOVE, "p/a", 2, "p", "ALREADY_EXISTS");
    add(Kind.MOVE, "p/b", "a", "ILLEGAL_MOVE");
    add(Kind.MOVE, "a", "p/b", "NO_SUCH_DIRECTORY");
    add(Kind.MOVE, "p", "q", "of the layer partition", ONE);
    node(ROWS, ROWS.root(), "q", ONE, "partition");
    node(partition, partition.root(), "a", inside, "");
    accepts();
  }

  @Test
  void whatIsCalledMustBeThere() {
    add(Kind.CREATE, "a/b", 1, "", "NO_SUCH_DIRECTORY");
    add(Kind.CREATE, "a", "", "of the layer ", ONE);
    add(Kind.CREATE, "a/b", 1, "", "of the layer ", ONE, TWO);
    add(Kind.REMOVE_IF_EXISTS, "a/b", 2, "", "true");
    add(Kind.REMOVE_IF_EXISTS, "a/b", 2, "", "NO_SUCH_DIRECTORY");
    add(Kind.REMOVE_IF_EXISTS, "a/b", 1, "", "false");
    node(ROWS, ROWS.root(), "a", ONE, "");
    accepts();
  }

  @Test
  void anotherAnswerIsRefused() {
    add(Kind.EXISTS, "a", "", "true");
    refuses("the answer should be false");
  }

  @Test
  void aPrefixIsGivenOnce() {
    add(Kind.CREATE, "a", "", "of the layer ", ONE);
    add(Kind.REMOVE, "a", "", "done");
    add(Kind.CREATE, "a", "", "of the layer ", ONE);
    node(ROWS, ROWS.root(), "a", ONE, "");
    refuses("meets");
  }

  @Test
  void noPrefixBeginsAnother() {
    add(Kind.CREATE, "a", "", "of the layer ", ONE);
    add(Kind.CREATE, "a/b", "", "of the layer ", ONE, ONE.concat(TWO));
    node(ROWS, ROWS.root(), "a", ONE, "");
    node(ROWS, ONE, "b", ONE.concat(TWO), "");
    refuses("meets");
  }

  @Test
  void aPrefixInAPartitionBeginsWithThatOfIt() {
    DirectoryRows partition = DirectoryRows.ofPartition(ONE);
    add(Kind.CREATE, "p", "partition", "of the layer partition", ONE);
    add(Kind.CREATE, "p/a", "", "of the layer ", ONE, TWO);
    node(ROWS, ROWS.root(), "p", ONE, "partition");
    node(partition, partition.root(), "a", TWO, "");
    refuses("outside of its partition");
  }

  @Test
  void aPrefixDoesNotChange() {
    add(Kind.CREATE, "a", "", "of the layer ", ONE);
    add(Kind.OPEN, "a", "", "of the layer ", TWO);
    node(ROWS, ROWS.root(), "a", ONE, "");
    refuses("the prefix was");
  }

  @Test
  void whatARemovalLeavesIsRefused() {
    add(Kind.CREATE, "a", "", "of the layer ", ONE);
    add(Kind.WRITE, "a", "row0/7", "done", ONE);
    add(Kind.REMOVE, "a", "", "done");
    row(new Subspace(ONE.toArray()).pack("row0"), Bytes.utf8("7"));
    row(ROWS.layerKey(ONE), Bytes.EMPTY);
    refuses("left over", "left over");
  }

  @Test
  void whatIsLostIsRefused() {
    add(Kind.CREATE, "a", "", "of the layer ", ONE);
    add(Kind.WRITE, "a", "row0/7", "done", ONE);
    node(ROWS, ROWS.root(), "a", ONE, "");
    refuses("not ");
    assertThat(checker.end(rows).lost()).isPositive();
  }
}
