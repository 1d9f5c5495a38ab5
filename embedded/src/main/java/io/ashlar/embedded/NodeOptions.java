package io.ashlar.embedded;

import io.ashlar.control.ClusterConfiguration;
import io.ashlar.control.ControllerOptions;
import io.ashlar.control.WorkerPlace;
import io.ashlar.host.Trace;
import io.ashlar.message.WorkerClass;
import io.ashlar.runtime.FileLayer;
import io.ashlar.runtime.HostOptions;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What a node is to be. Immutable: its methods give others. */
public final class NodeOptions {
  private Path directory;
  private String listenHost;
  private int listenPort;
  private ClusterConfiguration configuration = ClusterConfiguration.single();
  private RoleSettings roles = RoleSettings.singleProcess();
  private ControllerOptions controller = ControllerOptions.defaults();
  private HostOptions host = HostOptions.defaults();
  private ClusterFile cluster;
  private boolean creates;
  private WorkerPlace place = new WorkerPlace(null, null, WorkerClass.ANY);
  private FileLayer files;
  private Trace trace;

  private NodeOptions() {}

  private NodeOptions with(Consumer<NodeOptions> change) {
    NodeOptions next = new NodeOptions();
    next.directory = directory;
    next.listenHost = listenHost;
    next.listenPort = listenPort;
    next.configuration = configuration;
    next.roles = roles;
    next.controller = controller;
    next.host = host;
    next.cluster = cluster;
    next.creates = creates;
    next.place = place;
    next.files = files;
    next.trace = trace;
    change.accept(next);
    return next;
  }

  /** In memory, without sockets. */
  public static NodeOptions inMemory() {
    return on(null);
  }

  /** On a directory, without sockets. */
  public static NodeOptions on(Path directory) {
    NodeOptions options = new NodeOptions();
    options.directory = directory;
    return options;
  }

  /**
   * @param port 0 lets the system choose
   */
  public NodeOptions listeningAt(String address, int port) {
    return with(
        next -> {
          next.listenHost = address;
          next.listenPort = port;
        });
  }

  /** A node of a cluster that is there: another may be the controller, or have what is stored. */
  public NodeOptions joining(ClusterFile there) {
    return with(next -> next.cluster = there);
  }

  /** One of the nodes that create the database of the cluster which they join. */
  public NodeOptions creating(boolean isNew) {
    return with(next -> next.creates = isNew);
  }

  /**
   * @param other where its worker is and what it is for; where that has no zone it is alone in its
   *     own, where it has no machine it is on that of its address
   */
  public NodeOptions at(WorkerPlace other) {
    return with(next -> next.place = other);
  }

  /** In place of the machine's own files; for tests. */
  public NodeOptions withFiles(FileLayer layer) {
    return with(next -> next.files = layer);
  }

  /**
   * @param sink hears the events of all roles from the loop
   */
  public NodeOptions withTrace(Trace sink) {
    return with(next -> next.trace = sink);
  }

  public NodeOptions withRoles(RoleSettings settings) {
    return with(next -> next.roles = settings);
  }

  /**
   * @param forNew the roles of a database that is created; one that exists has its own
   */
  public NodeOptions withConfiguration(ClusterConfiguration forNew) {
    return with(next -> next.configuration = forNew);
  }

  public NodeOptions withController(ControllerOptions settings) {
    return with(next -> next.controller = settings);
  }

  /** Where it keeps its data, or null for memory, which loads nothing native. */
  public Path directory() {
    return directory;
  }

  /** The address to accept connections at, or null for none. */
  public String listenHost() {
    return listenHost;
  }

  /** Its port; 0 lets the system choose. */
  public int listenPort() {
    return listenPort;
  }

  /** The roles of a database that is created. */
  public ClusterConfiguration configuration() {
    return configuration;
  }

  /** The options of the roles. */
  public RoleSettings roles() {
    return roles;
  }

  /** The options of the controller. */
  public ControllerOptions controller() {
    return controller;
  }

  /** The bounds of the loop and the network. */
  public HostOptions host() {
    return host;
  }

  /** The cluster that it joins, or null for one of its own. */
  public ClusterFile cluster() {
    return cluster;
  }

  /**
   * Whether it may be that the database of the cluster it joins is not there yet, and is to be
   * created once there are nodes enough.
   */
  public boolean creates() {
    return creates;
  }

  /** Where its worker is and what it is for; zone and machine may be null. */
  public WorkerPlace place() {
    return place;
  }

  /** In place of the machine's own files, or null. */
  public FileLayer files() {
    return files;
  }

  /** Hears the events of all roles, or null. */
  public Trace trace() {
    return trace;
  }
}
