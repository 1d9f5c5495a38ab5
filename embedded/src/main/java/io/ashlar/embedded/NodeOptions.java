package io.ashlar.embedded;

import io.ashlar.control.ClusterConfiguration;
import io.ashlar.control.ControllerOptions;
import io.ashlar.host.Trace;
import io.ashlar.runtime.FileLayer;
import io.ashlar.runtime.HostOptions;
import java.nio.file.Path;

/**
 * What a node is to be.
 *
 * @param directory where it keeps its data, or null for memory, which loads nothing native
 * @param listenHost the address to accept connections at, or null for none
 * @param listenPort its port; 0 lets the system choose
 * @param configuration the roles of a database that is created; one that exists has its own
 * @param roles the options of the roles
 * @param controller the options of the controller
 * @param host the bounds of the loop and the network
 * @param cluster the cluster that it joins, or null for one of its own
 * @param creates whether it may be that the database of that cluster is not there yet, and is to be
 *     created once there are nodes enough
 * @param zone what it fails together with, or null for itself alone
 * @param files in place of the machine's own files, or null; for tests
 * @param trace hears the events of all roles from the loop, or null
 */
public record NodeOptions(
    Path directory,
    String listenHost,
    int listenPort,
    ClusterConfiguration configuration,
    RoleSettings roles,
    ControllerOptions controller,
    HostOptions host,
    ClusterFile cluster,
    boolean creates,
    String zone,
    FileLayer files,
    Trace trace) {
  /** In memory, without sockets. */
  public static NodeOptions inMemory() {
    return on(null);
  }

  /** On a directory, without sockets. */
  public static NodeOptions on(Path directory) {
    return new NodeOptions(
        directory,
        null,
        0,
        ClusterConfiguration.single(),
        RoleSettings.singleProcess(),
        ControllerOptions.defaults(),
        HostOptions.defaults(),
        null,
        false,
        null,
        null,
        null);
  }

  public NodeOptions listeningAt(String host, int port) {
    return new NodeOptions(
        directory,
        host,
        port,
        configuration,
        roles,
        controller,
        this.host,
        cluster,
        creates,
        zone,
        files,
        trace);
  }

  /** A node of a cluster that is there: another may be the controller, or have what is stored. */
  public NodeOptions joining(ClusterFile there) {
    return new NodeOptions(
        directory,
        listenHost,
        listenPort,
        configuration,
        roles,
        controller,
        host,
        there,
        creates,
        zone,
        files,
        trace);
  }

  /** One of the nodes that create the database of the cluster which they join. */
  public NodeOptions creating(boolean isNew) {
    return new NodeOptions(
        directory,
        listenHost,
        listenPort,
        configuration,
        roles,
        controller,
        host,
        cluster,
        isNew,
        zone,
        files,
        trace);
  }

  public NodeOptions inZone(String name) {
    return new NodeOptions(
        directory,
        listenHost,
        listenPort,
        configuration,
        roles,
        controller,
        host,
        cluster,
        creates,
        name,
        files,
        trace);
  }

  public NodeOptions withFiles(FileLayer layer) {
    return new NodeOptions(
        directory,
        listenHost,
        listenPort,
        configuration,
        roles,
        controller,
        host,
        cluster,
        creates,
        zone,
        layer,
        trace);
  }

  public NodeOptions withTrace(Trace sink) {
    return new NodeOptions(
        directory,
        listenHost,
        listenPort,
        configuration,
        roles,
        controller,
        host,
        cluster,
        creates,
        zone,
        files,
        sink);
  }

  public NodeOptions withRoles(RoleSettings settings) {
    return new NodeOptions(
        directory,
        listenHost,
        listenPort,
        configuration,
        settings,
        controller,
        host,
        cluster,
        creates,
        zone,
        files,
        trace);
  }

  public NodeOptions withConfiguration(ClusterConfiguration forNew) {
    return new NodeOptions(
        directory,
        listenHost,
        listenPort,
        forNew,
        roles,
        controller,
        host,
        cluster,
        creates,
        zone,
        files,
        trace);
  }

  public NodeOptions withController(ControllerOptions settings) {
    return new NodeOptions(
        directory,
        listenHost,
        listenPort,
        configuration,
        roles,
        settings,
        host,
        cluster,
        creates,
        zone,
        files,
        trace);
  }
}
