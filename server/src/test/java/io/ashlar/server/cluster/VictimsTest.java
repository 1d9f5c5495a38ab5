package io.ashlar.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Uid;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VictimsTest {
  private static final String A = "10.0.0.1:4500";
  private static final String B = "10.0.0.2:4500";
  private static final String C = "10.0.0.3:4500";

  private final List<ClusterStatus.Role> roles = new ArrayList<>();

  private static ClusterStatus.Answer answer(String process) {
    return new ClusterStatus.Answer(new Address(process, 7), null, "was not asked");
  }

  private void role(String kind, String process) {
    roles.add(new ClusterStatus.Role(kind, "1", process, answer(process)));
  }

  /** Coordinators at A and B, the controller at A. */
  private ClusterStatus status() {
    CoordinatorSet set =
        new CoordinatorSet(new Uid(1, 1), List.of(new Address(A, 3), new Address(B, 3)));
    return new ClusterStatus(
        set,
        List.of(answer(A), answer(B)),
        new Address(A, 7),
        answer(A),
        null,
        "",
        -1,
        List.of(),
        List.of(),
        roles);
  }

  @Test
  void theOneWithTheFewestOtherRolesIsKilled() {
    role("resolver", B);
    role("log-server", B);
    role("resolver", C);
    assertThat(Victims.with("resolver", status())).containsExactly(B, C);
    assertThat(Victims.candidates("resolver", status())).containsExactly(C);
    assertThat(Victims.rolesOf(B, status()))
        .containsExactly("resolver", "log-server", "coordinator");
  }

  @Test
  void theControllerIsSparedWhereAnotherHasTheRole() {
    role("storage-server", A);
    role("storage-server", B);
    role("log-server", B);
    role("commit-proxy", B);
    assertThat(Victims.candidates("storage-server", status())).containsExactly(B);
    assertThat(Victims.candidates("coordinator", status())).containsExactly(B);
    assertThat(Victims.candidates("controller", status())).containsExactly(A);
  }

  @Test
  void whoAloneHasTheRoleIsKilledWhateverElseItIs() {
    role("sequencer", A);
    assertThat(Victims.candidates("sequencer", status())).containsExactly(A);
    assertThat(Victims.candidates("resolver", status())).isEmpty();
  }
}
