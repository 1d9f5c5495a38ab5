package io.ashlar.embedded;

import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.ShardLocation;
import io.ashlar.message.StatusField;
import java.util.List;

/**
 * What those who were asked have told of a cluster, and who did not answer. All of it was true a
 * moment ago, at slightly different moments.
 *
 * @param set the coordinators that have the state, as far as is known
 * @param coordinators what each of them told
 * @param leader where the controller is; NONE when no majority of coordinators names one
 * @param controller what it told
 * @param view of the epoch, or null while none has begun or nobody told it
 * @param noView why there is no view, for people; empty when there is one
 * @param readVersionNanos how long a read version took; −1 when none was given
 * @param shards of the whole key space; empty when nobody told them
 * @param processes all that were named by anybody
 * @param roles of the epoch, and those with a disk
 */
public record ClusterStatus(
    CoordinatorSet set,
    List<Answer> coordinators,
    Address leader,
    Answer controller,
    ClusterView view,
    String noView,
    long readVersionNanos,
    List<ShardLocation> shards,
    List<ProcessAnswer> processes,
    List<Role> roles) {
  public ClusterStatus {
    coordinators = List.copyOf(coordinators);
    shards = List.copyOf(shards);
    processes = List.copyOf(processes);
    roles = List.copyOf(roles);
  }

  /**
   * What one role said.
   *
   * @param address whom was asked
   * @param status what it said, or null
   * @param failure why there is no answer, for people; empty when there is one
   */
  public record Answer(Address address, RoleStatus status, String failure) {
    public boolean isThere() {
      return status != null;
    }

    /** The first field of that name, or an empty string. */
    public String field(String name) {
      if (status != null) {
        for (StatusField field : status.fields()) {
          if (field.name().equals(name)) {
            return field.value();
          }
        }
      }
      return "";
    }

    /** The first field of that name as a number, or {@code otherwise}. */
    public long number(String name, long otherwise) {
      try {
        return Long.parseLong(field(name));
      } catch (NumberFormatException none) {
        return otherwise;
      }
    }

    /** Every field of that name. */
    public List<String> fields(String name) {
      return status == null
          ? List.of()
          : status.fields().stream()
              .filter(field -> field.name().equals(name))
              .map(StatusField::value)
              .toList();
    }
  }

  /**
   * A process.
   *
   * @param name where it listens
   * @param zone as its worker registered it; empty when it has not registered
   * @param silentMillis since its worker registered last; −1 when it has not
   * @param worker what its worker said
   * @param process what it said of itself
   */
  public record ProcessAnswer(
      String name, String zone, long silentMillis, Answer worker, Answer process) {
    public boolean isThere() {
      return worker.isThere();
    }
  }

  /**
   * A role.
   *
   * @param kind such as {@code log-server}; {@code old-log-server} of an earlier epoch
   * @param id its identity
   * @param zone of its process, where that is known
   */
  public record Role(String kind, String id, String zone, Answer answer) {
    public String process() {
      return answer.address().process();
    }

    public boolean isThere() {
      return answer.isThere();
    }
  }
}
