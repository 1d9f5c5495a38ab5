package io.ashlar.control;

import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Role;
import io.ashlar.message.RecruitCommitProxy;
import io.ashlar.message.RecruitLog;
import io.ashlar.message.RecruitReadVersionProxy;
import io.ashlar.message.RecruitResolver;
import io.ashlar.message.RecruitSequencer;
import java.util.function.Consumer;

/**
 * Makes the roles a worker hosts. The role modules do not know each other; who puts them together
 * implements this.
 */
public interface RoleFactory {
  Role sequencer(Host host, RecruitSequencer recruit);

  Role readVersionProxy(Host host, RecruitReadVersionProxy recruit);

  Role commitProxy(Host host, RecruitCommitProxy recruit);

  Role resolver(Host host, RecruitResolver recruit);

  /**
   * @param onReady runs once its part of the tail is durable
   */
  Role logServer(Host host, RecruitLog recruit, Runnable onReady);

  /**
   * @param onReady runs once it serves what it found
   */
  Role restartedLogServer(Host host, Uid logId, Runnable onReady);

  /**
   * @param created the version at which it is or was created
   * @param onReady runs once its engine is open
   */
  HostedStorageServer storageServer(
      Host host, Uid storageId, int tag, long created, Runnable onReady);

  /**
   * Deletes what a storage server has stored, beside its files on the worker's disk: it was closed,
   * or has not been started in this life, and nobody needs it any more.
   *
   * @param onDeleted runs once that is durable
   */
  void deleteStorage(Uid storageId, Runnable onDeleted);

  /**
   * A storage server and how to close it in peace.
   *
   * @param role the role
   * @param close stores and flushes what may be, and calls back; the role is stopped afterwards
   */
  record HostedStorageServer(Role role, Consumer<Runnable> close) {}
}
