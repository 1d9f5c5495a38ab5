package io.ashlar.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.control.ClusterConfiguration;
import io.ashlar.control.WorkerPlace;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Keys;
import io.ashlar.core.Limits;
import io.ashlar.embedded.kill.StoreFolders;
import io.ashlar.message.CoordinatorPlaces;
import io.ashlar.message.WorkerClass;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several nodes, each with its directory: what each is a member of, it knows from nothing but what
 * was written when it became one.
 */
@Timeout(120)
class MembershipTest {
  private static final String HOST = "127.0.0.1";
  private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
  private static final String ID = "0123456789abcdef0123456789abcdef";

  @TempDir private Path home;
  private final List<LocalNode> running = new ArrayList<>();

  @AfterEach
  void closeAll() {
    running.forEach(LocalNode::close);
  }

  private Path directory(String name) {
    return home.resolve(name);
  }

  private NodeOptions options(String name, int port) {
    return NodeOptions.on(directory(name)).listeningAt(HOST, port);
  }

  private LocalNode begin(NodeOptions options) {
    LocalNode node = LocalNode.begin(options);
    running.add(node);
    return node;
  }

  private void close(LocalNode node) {
    running.remove(node);
    node.close();
  }

  /** Ports that nobody listens at; the system gives them to nobody else for a while. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST));
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
    }
  }

  private static void awaitReady(LocalNode... nodes) throws InterruptedException {
    for (LocalNode node : nodes) {
      await(node::isReady);
    }
  }

  private static void set(LocalNode node, String value) {
    try (Database database = node.connect(DatabaseOptions.defaults())) {
      database.run(
          transaction -> {
            transaction.set(KEY, value.getBytes(StandardCharsets.UTF_8));
            return null;
          });
    }
  }

  private static String get(LocalNode node) {
    try (Database database = node.connect(DatabaseOptions.defaults())) {
      byte[] value = database.read(transaction -> transaction.getBlocking(KEY));
      return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }
  }

  private static void assertRefused(NodeOptions options, ErrorCode code, String... words) {
    Throwable refusal = catchThrowable(() -> LocalNode.begin(options).close());
    assertThat(refusal).isInstanceOf(AshlarException.class).hasMessageContainingAll(words);
    assertThat(((AshlarException) refusal).code()).isEqualTo(code);
  }

  /** Three nodes that are all coordinators of a database that they have created together. */
  private List<NodeOptions> threeCoordinators() throws IOException {
    List<Integer> ports = freePorts(3);
    ClusterFile file =
        new ClusterFile("three", ID, ports.stream().map(port -> HOST + ":" + port).toList());
    List<NodeOptions> three = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      NodeOptions one = options("node" + i, ports.get(i)).joining(file).creating(true);
      three.add(
          one.withController(one.controller().withWorkersAtCreation(3))
              .withConfiguration(configuration(2)));
    }
    return three;
  }

  private static ClusterConfiguration configuration(int copies) {
    return new ClusterConfiguration(
        1, 1, 1, copies, 3, copies, 0, copies, 4, Limits.WINDOW_VERSIONS);
  }

  private void createWith(List<NodeOptions> three) throws InterruptedException {
    List<LocalNode> nodes = new ArrayList<>();
    for (NodeOptions each : three) {
      nodes.add(begin(each));
    }
    awaitReady(nodes.toArray(LocalNode[]::new));
    assertThat(nodes.get(1).clusterFile().databaseId()).hasToString(ID);
    set(nodes.get(0), "of three");
    nodes.forEach(this::close);
  }

  /** The same node, started by its directory alone. */
  private static NodeOptions again(NodeOptions node) {
    return NodeOptions.on(node.directory()).listeningAt(HOST, node.listenPort());
  }

  @Test
  void aNodeThatHasJoinedIsAMemberAgainWithoutTheFile() throws Exception {
    int port = freePorts(1).get(0);
    LocalNode first = begin(options("first", port));
    awaitReady(first);
    set(first, "value");
    ClusterFile file = first.clusterFile();
    LocalNode joined = begin(options("joined", 0).joining(file));
    awaitReady(joined);
    assertThat(get(joined)).isEqualTo("value");
    assertThat(joined.clusterFile()).isEqualTo(file);
    close(joined);
    LocalNode again = begin(options("joined", 0));
    awaitReady(again);
    assertThat(again.clusterFile()).isEqualTo(file);
    assertThat(get(again)).isEqualTo("value");
    close(again);
    // The first one too, with a file that says the same, and one that says where it was.
    close(first);
    LocalNode other = begin(options("first", port).joining(file));
    awaitReady(other);
    assertThat(get(other)).isEqualTo("value");
    close(other);
    LocalNode elsewhere = begin(options("first", 0).joining(file));
    awaitReady(elsewhere);
    assertThat(elsewhere.clusterFile().databaseId()).isEqualTo(file.databaseId());
    assertThat(elsewhere.clusterFile().processes()).containsExactly(elsewhere.process());
  }

  @Test
  void aNodeThatHasJoinedWaitsForTheFirstOne() throws Exception {
    int port = freePorts(1).get(0);
    LocalNode first = begin(options("first", port));
    awaitReady(first);
    set(first, "value");
    LocalNode joined = begin(options("joined", 0).joining(first.clusterFile()));
    awaitReady(joined);
    close(joined);
    close(first);
    LocalNode waiting = begin(options("joined", 0));
    await(() -> waiting.waitsFor().contains("coordinators"));
    assertThat(waiting.isReady()).isFalse();
    awaitReady(begin(options("first", port)));
    awaitReady(waiting);
    assertThat(get(waiting)).isEqualTo("value");
  }

  @Test
  void oneOfThreeCoordinatorsIsNoMajorityOfItself() throws Exception {
    List<NodeOptions> three = threeCoordinators();
    createWith(three);
    LocalNode alone = begin(again(three.get(0)));
    assertThat(alone.clusterFile()).isEqualTo(three.get(0).cluster());
    try (StatusProbe probe = alone.statusProbe()) {
      assertThatThrownBy(() -> probe.logServers().get(100, TimeUnit.SECONDS))
          .hasMessageContaining(ErrorCode.TIMED_OUT.label());
    }
    assertThat(alone.isReady()).isFalse();
    LocalNode second = begin(again(three.get(1)));
    awaitReady(alone, second);
    assertThat(get(second)).isEqualTo("of three");
  }

  @Test
  void aCoordinatorThatHasLostItsRegisterIsNotStarted() throws Exception {
    List<NodeOptions> three = threeCoordinators();
    createWith(three);
    NodeOptions node = three.get(1);
    StoreFolders.delete(node.directory().resolve("files/coordinator"));
    for (NodeOptions options : List.of(again(node), node)) {
      assertRefused(
          options,
          ErrorCode.FILE_CORRUPT,
          node.directory().toString(),
          "files/coordinator/register-" + ID,
          HOST + ":" + node.listenPort(),
          "replace this coordinator");
    }
    LocalNode first = begin(again(three.get(0)));
    LocalNode third = begin(again(three.get(2)));
    awaitReady(first, third);
    assertThat(get(third)).isEqualTo("of three");
  }

  /** It is started as it was at first, when there was no database. */
  @Test
  void aCoordinatorThatHasLostItsDirectoryIsNotOneOfANewDatabase() throws Exception {
    List<NodeOptions> three = threeCoordinators();
    createWith(three);
    LocalNode first = begin(three.get(0));
    LocalNode third = begin(three.get(2));
    StoreFolders.delete(three.get(1).directory());
    LocalNode empty = begin(three.get(1));
    await(() -> empty.failure() != null);
    assertThat(empty.failure())
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining("knows that it had one")
        .hasMessageContaining(HOST + ":" + three.get(1).listenPort());
    awaitReady(first, third);
    assertThat(get(first)).isEqualTo("of three");
  }

  @Test
  void aNodeWithNothingDoesNotJoinAsTheCoordinatorThatWasAtItsAddress() throws Exception {
    List<NodeOptions> three = threeCoordinators();
    ClusterFile file = three.get(0).cluster();
    int port = three.get(2).listenPort();
    assertRefused(
        options("empty", port).joining(file),
        ErrorCode.FILE_CORRUPT,
        directory("empty").toString(),
        HOST + ":" + port,
        "replace this coordinator");
    ClusterFile one = new ClusterFile("one", ID, List.of(HOST + ":" + port));
    assertRefused(
        options("empty", port).joining(one),
        ErrorCode.FILE_CORRUPT,
        "the only coordinator of database " + ID,
        "restore the directory from a copy");
    assertThat(directory("empty").resolve("MEMBERSHIP")).doesNotExist();
  }

  @Test
  void aClusterFileOfAnotherDatabaseIsRefusedByADirectory() throws Exception {
    Ashlar.open(directory("first")).close();
    ClusterFile other = new ClusterFile("other", ID, List.of(HOST + ":1"));
    assertRefused(
        options("first", 0).joining(other),
        ErrorCode.CONNECTION_STRING_INVALID,
        directory("first").toString(),
        "is of database " + ID);
    LocalNode first = begin(options("first", 0));
    awaitReady(first);
    ClusterFile more =
        new ClusterFile(
            "ashlar", first.clusterFile().id(), List.of(first.process(), HOST + ":1", HOST + ":2"));
    close(first);
    assertRefused(
        options("first", 0).joining(more),
        ErrorCode.CONNECTION_STRING_INVALID,
        "the only coordinator of its database");
  }

  @Test
  void whoeverJoinsOthersMustBeReachedByThem() {
    ClusterFile file = new ClusterFile("other", ID, List.of(HOST + ":1"));
    assertRefused(
        NodeOptions.on(directory("silent")).joining(file),
        ErrorCode.CLIENT_INVALID_OPERATION,
        "an address to listen at");
    assertRefused(
        NodeOptions.inMemory().joining(file),
        ErrorCode.CLIENT_INVALID_OPERATION,
        "an address to listen at");
  }

  @Test
  void aStoreOfWhichOthersHaveAPartIsNotOpenedAlone() throws Exception {
    LocalNode first = begin(options("first", freePorts(1).get(0)));
    awaitReady(first);
    LocalNode second = begin(options("second", freePorts(1).get(0)).joining(first.clusterFile()));
    awaitReady(second);
    try (StatusProbe probe = StatusProbe.connect(first.clusterFile())) {
      await(
          () -> {
            ClusterStatus status = probe.cluster(List.of()).join();
            return status.view() != null && status.view().storages().size() == 2;
          });
    }
    close(second);
    close(first);
    assertThatThrownBy(() -> LocalNode.start(NodeOptions.on(directory("first"))))
        .isInstanceOf(AshlarException.class)
        .hasMessageContainingAll(
            "1 of the 2 storage servers", "on other nodes", "ashlar start --dir DIR --listen");
  }

  @Test
  void twoDatabasesOneAfterTheOtherAtOneAddressHaveNothingInCommon() throws Exception {
    int port = freePorts(1).get(0);
    LocalNode old = begin(options("old", port));
    awaitReady(old);
    set(old, "old");
    ClusterFile file = old.clusterFile();
    Path written = home.resolve("old.cluster");
    file.write(written);
    LocalNode joined = begin(options("joined", 0).joining(file));
    awaitReady(joined);
    try (Database connected = Ashlar.connect(written)) {
      assertThat(connected.<byte[]>read(transaction -> transaction.getBlocking(KEY)))
          .isEqualTo("old".getBytes(StandardCharsets.UTF_8));
      close(joined);
      close(old);
      LocalNode young = begin(options("young", port));
      awaitReady(young);
      assertThat(young.clusterFile().databaseId()).isNotEqualTo(file.databaseId());
      set(young, "young");
      assertThatThrownBy(() -> connected.read(transaction -> transaction.getBlocking(KEY)))
          .hasMessageContaining("know nothing of database " + file.databaseId())
          .hasMessageContaining(HOST + ":" + port);
      LocalNode lost = begin(options("joined", 0));
      await(() -> lost.waitsFor().contains("has not heard of set " + file.databaseId()));
      assertThat(lost.isReady()).isFalse();
      assertThat(get(young)).isEqualTo("young");
      close(lost);
      close(young);
    }
    awaitReady(begin(options("old", port)));
    LocalNode back = begin(options("joined", 0));
    awaitReady(back);
    assertThat(get(back)).isEqualTo("old");
  }

  private void moveCoordinators(LocalNode node, List<String> places) {
    try (Database database = node.connect(DatabaseOptions.defaults())) {
      database.run(
          transaction -> {
            transaction.options().setAccessSystemKeys();
            transaction.set(
                Keys.COORDINATORS.toArray(), CoordinatorPlaces.encode(places).toArray());
            return null;
          });
    }
  }

  private static boolean isAt(LocalNode node, List<String> places) {
    return List.copyOf(new TreeSet<>(node.clusterFile().processes())).equals(places);
  }

  @Test
  void whereTheCoordinatorsHaveMovedIsKnownInALaterLife() throws Exception {
    List<Integer> ports = freePorts(3);
    LocalNode first = begin(options("node0", ports.get(0)));
    awaitReady(first);
    set(first, "value");
    ClusterFile file = first.clusterFile();
    file.write(directory("node0").resolve(ClusterFile.NAME));
    List<LocalNode> nodes = new ArrayList<>(List.of(first));
    for (int i = 1; i < 3; i++) {
      nodes.add(begin(options("node" + i, ports.get(i)).joining(file)));
    }
    awaitReady(nodes.toArray(LocalNode[]::new));
    List<String> places = ports.stream().map(port -> HOST + ":" + port).sorted().toList();
    Path ofClient = home.resolve("client.cluster");
    file.write(ofClient);
    try (Database client = Ashlar.connect(ofClient)) {
      client.read(transaction -> transaction.getBlocking(KEY));
      moveCoordinators(first, places);
      for (LocalNode node : nodes) {
        await(() -> isAt(node, places));
      }
      // A client that comes later finds them though those before may be gone by then.
      await(() -> !ClusterFile.read(ofClient).equals(file));
      assertThat(ClusterFile.read(ofClient)).isEqualTo(first.clusterFile());
    }
    ClusterFile moved = nodes.get(2).clusterFile();
    assertThat(moved.databaseId()).isEqualTo(file.databaseId());
    assertThat(moved.setId()).isNotEqualTo(file.setId());
    // A node knows a moment before it has written.
    Path written = directory("node0").resolve(ClusterFile.NAME);
    await(() -> ClusterFile.read(written).equals(moved));
    nodes.forEach(this::close);
    for (int i = 0; i < 3; i++) {
      LocalNode again = begin(options("node" + i, ports.get(i)));
      assertThat(isAt(again, places)).isTrue();
      nodes.set(i, again);
    }
    awaitReady(nodes.toArray(LocalNode[]::new));
    assertThat(get(nodes.get(1))).isEqualTo("value");
    // Also with the file that says where they were.
    close(nodes.get(2));
    LocalNode old = begin(options("node2", ports.get(2)).joining(file));
    awaitReady(old);
    await(() -> isAt(old, places));
    assertThat(get(old)).isEqualTo("value");
  }

  @Test
  void copiesAreInDifferentZones() throws Exception {
    int port = freePorts(1).get(0);
    ClusterFile file = new ClusterFile("zones", ID, List.of(HOST + ":" + port));
    List<LocalNode> nodes = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      NodeOptions node =
          options(name, name.equals("a") ? port : 0)
              .joining(file)
              .creating(true)
              .at(new WorkerPlace(name.equals("c") ? "another" : "one", null, WorkerClass.ANY));
      if (name.equals("c")) {
        await(() -> nodes.get(1).waitsFor().contains("PLANNING_DATABASE"));
        assertThat(nodes.get(0).isReady()).isFalse();
      }
      nodes.add(
          begin(
              node.withController(node.controller().withWorkersAtCreation(2))
                  .withConfiguration(configuration(2))));
    }
    awaitReady(nodes.toArray(LocalNode[]::new));
    set(nodes.get(2), "in two zones");
    assertThat(get(nodes.get(0))).isEqualTo("in two zones");
    assertThat(Files.readString(directory("a").resolve("MEMBERSHIP"))).contains("created yes\n");
  }
}
