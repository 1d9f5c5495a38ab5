package io.ashlar.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.Uid;
import io.ashlar.core.Verdict;
import io.ashlar.host.Inbound;
import io.ashlar.message.Address;
import io.ashlar.message.BatchResolved;
import io.ashlar.message.GetLiveVersion;
import io.ashlar.message.GetRoleStatus;
import io.ashlar.message.Message;
import io.ashlar.message.MetadataBatch;
import io.ashlar.message.MetadataTransaction;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import io.ashlar.message.RecruitResolver;
import io.ashlar.message.Refused;
import io.ashlar.message.ResolveBatch;
import io.ashlar.message.ResolverTransaction;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResolverTest {
  private static final long RT = 500_000_000;
  private static final long WINDOW = 5_000_000;
  private static final Uid A = new Uid(1, 1);
  private static final Uid B = new Uid(2, 2);

  private final FakeHost world = new FakeHost();
  private Resolver resolver;

  @BeforeEach
  void start() {
    start(ResolverOptions.defaults());
  }

  private void start(ResolverOptions options) {
    resolver =
        new Resolver(
            world.host(), new RecruitResolver(Uid.NONE, 4, new Uid(9, 9), RT, WINDOW, 2), options);
    resolver.start();
  }

  private Message ask(Message message) {
    return world.ask(resolver, message);
  }

  private BatchResolved resolved(Message message) {
    return (BatchResolved) ask(message);
  }

  private static ResolveBatch batch(
      Uid proxy, long previous, long version, long received, ResolverTransaction... transactions) {
    return new ResolveBatch(
        proxy, RT + previous, RT + version, RT + received, List.of(transactions));
  }

  private static ResolverTransaction transaction(int index, long readVersion, String key) {
    Bytes range = KeyRanges.encode(List.of(KeyRange.ofKey(Bytes.utf8(key))));
    return new ResolverTransaction(index, RT + readVersion, range, range, Bytes.EMPTY);
  }

  private static ResolverTransaction metadata(int index, long readVersion, String mutations) {
    ResolverTransaction plain = transaction(index, readVersion, "\u00ff/row");
    return new ResolverTransaction(
        index,
        plain.readVersion(),
        plain.readConflicts(),
        plain.writeConflicts(),
        Bytes.utf8(mutations));
  }

  private static Bytes verdicts(Verdict... verdicts) {
    byte[] codes = new byte[verdicts.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) verdicts[i].code();
    }
    return Bytes.wrap(codes);
  }

  private static void assertRefused(Message reply, ErrorCode code) {
    assertThat(reply)
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  @Test
  void answersOneVerdictForEachTransaction() {
    assertThat(
            ask(
                batch(
                    A,
                    0,
                    10,
                    0,
                    transaction(0, 0, "a"),
                    transaction(1, 0, "a"),
                    transaction(2, -1, "b"),
                    transaction(5, 0, "b"))))
        .isEqualTo(
            new BatchResolved(
                RT + 10,
                verdicts(Verdict.COMMITTED, Verdict.CONFLICT, Verdict.TOO_OLD, Verdict.COMMITTED),
                List.of()));
  }

  @Test
  void handlesBatchesInTheOrderOfTheChain() {
    long third = world.deliver(resolver, batch(A, 20, 30, 0, transaction(0, 19, "k")));
    long second = world.deliver(resolver, batch(B, 10, 20, 0, transaction(0, 9, "k")));
    assertThat(world.replies).isEmpty();
    BatchResolved first = resolved(batch(A, 0, 10, 0, transaction(0, 0, "k")));
    assertThat(first.verdicts()).isEqualTo(verdicts(Verdict.COMMITTED));
    assertThat(world.replies.get(second))
        .isEqualTo(new BatchResolved(RT + 20, verdicts(Verdict.CONFLICT), List.of()));
    assertThat(world.replies.get(third))
        .isEqualTo(new BatchResolved(RT + 30, verdicts(Verdict.COMMITTED), List.of()));
    assertThat(world.probes).contains("resolver.parked-batch");
  }

  @Test
  void theBatchesThatComeLastLeaveForAnEarlierOne() {
    start(new ResolverOptions(2, 1_000, 10, 10));
    long fourth = world.deliver(resolver, batch(A, 30, 40, 0));
    long third = world.deliver(resolver, batch(B, 20, 30, 0));
    assertThat(world.replies).isEmpty();
    long second = world.deliver(resolver, batch(A, 10, 20, 0));
    assertRefused(world.replies.get(fourth), ErrorCode.SERVER_REQUEST_QUEUE_FULL);
    assertThat(resolved(batch(B, 0, 10, 0)).version()).isEqualTo(RT + 10);
    assertThat(world.replies).containsKeys(second, third);
    assertThat(world.probes).contains("resolver.batch-displaced");
  }

  @Test
  void emptyBatchesMoveTheChain() {
    assertThat(resolved(batch(A, 0, 10, 0)).verdicts()).isEqualTo(Bytes.EMPTY);
    assertThat(resolved(batch(A, 10, 20, 10)).version()).isEqualTo(RT + 20);
  }

  @Test
  void repeatsTheAnswerToARepeatedBatch() {
    ResolveBatch batch = batch(A, 0, 10, 0, transaction(0, 0, "k"));
    Message answer = ask(batch);
    ask(batch(B, 10, 20, 0, transaction(0, 10, "k")));
    assertThat(ask(batch)).isEqualTo(answer);
    assertThat(world.probes).contains("resolver.repeated-batch");
  }

  @Test
  void forgetsAnswersItsProxyHasReceived() {
    ResolveBatch first = batch(A, 0, 10, 0);
    ResolveBatch second = batch(A, 10, 20, 0);
    ask(first);
    ask(second);
    ask(batch(A, 20, 30, 10));
    assertRefused(ask(first), ErrorCode.VERSION_INVALID);
    assertThat(ask(second)).isInstanceOf(BatchResolved.class);
    ask(batch(B, 30, 40, 0));
    assertThat(ask(second)).isInstanceOf(BatchResolved.class);
  }

  @Test
  void answersTheNewestOfEqualBatchesThatWaited() {
    long old = world.deliver(resolver, batch(A, 10, 20, 0));
    long repeated = world.deliver(resolver, batch(A, 10, 20, 0));
    ask(batch(B, 0, 10, 0));
    assertThat(world.replies).doesNotContainKey(old);
    assertThat(world.replies.get(repeated)).isInstanceOf(BatchResolved.class);
  }

  @Test
  void tellsEachProxyTheMetadataItDoesNotKnow() {
    ask(batch(A, 0, 10, 0, transaction(0, 0, "k"), metadata(3, 0, "one")));
    ask(batch(A, 10, 20, 0, metadata(0, 0, "two"), metadata(1, 20, "rejected")));
    MetadataBatch first =
        new MetadataBatch(
            RT + 10, List.of(new MetadataTransaction(3, Verdict.COMMITTED, Bytes.utf8("one"))));
    MetadataBatch second =
        new MetadataBatch(
            RT + 20,
            List.of(
                new MetadataTransaction(0, Verdict.CONFLICT, Bytes.EMPTY),
                new MetadataTransaction(1, Verdict.COMMITTED, Bytes.utf8("rejected"))));
    assertThat(resolved(batch(B, 20, 30, 0)).metadata()).containsExactly(first, second);
    assertThat(resolved(batch(A, 30, 40, 10)).metadata()).containsExactly(second);
    assertThat(resolved(batch(B, 40, 50, 30)).metadata()).isEmpty();
  }

  @Test
  void metadataIsKeptUntilEveryProxyHasIt() {
    ask(batch(A, 0, 10, 0, metadata(0, 0, "12345678")));
    ask(batch(A, 10, 20, 10));
    assertThat(keptMetadataBytes()).isEqualTo("8");
    ask(batch(B, 20, 30, 0));
    assertThat(keptMetadataBytes()).isEqualTo("8");
    ask(batch(B, 30, 40, 30));
    assertThat(keptMetadataBytes()).isEqualTo("0");
  }

  private String keptMetadataBytes() {
    RoleStatus status = (RoleStatus) ask(new GetRoleStatus());
    for (StatusField field : status.fields()) {
      if (field.name().equals("kept-metadata-bytes")) {
        return field.value();
      }
    }
    throw new AssertionError(status);
  }

  @Test
  void metadataBeyondTheLimitIsRejectedAsAConflict() {
    start(new ResolverOptions(10, 1_000, 10, 10));
    assertThat(resolved(batch(A, 0, 10, 0, metadata(0, 0, "12345678"))).verdicts())
        .isEqualTo(verdicts(Verdict.COMMITTED));
    ResolveBatch beyond = batch(A, 10, 20, 10, metadata(0, 10, "123"));
    assertThat(resolved(beyond).verdicts()).isEqualTo(verdicts(Verdict.CONFLICT));
    assertThat(resolved(batch(B, 20, 30, 0)).metadata())
        .element(1)
        .isEqualTo(
            new MetadataBatch(
                RT + 20, List.of(new MetadataTransaction(0, Verdict.CONFLICT, Bytes.EMPTY))));
    ask(batch(A, 30, 40, 20));
    ask(batch(B, 40, 50, 30));
    assertThat(resolved(batch(A, 50, 60, 40, metadata(0, 40, "123"))).verdicts())
        .isEqualTo(verdicts(Verdict.COMMITTED));
    assertThat(world.probes).contains("resolver.metadata-full");
  }

  @Test
  void mayRejectMetadataAsIfTooMuchWereKeptAndKeepsNoneOfIt() {
    world.faults.add("resolver.refuse-metadata");
    assertThat(resolved(batch(A, 0, 10, 0, metadata(0, 0, "123"))).verdicts())
        .isEqualTo(verdicts(Verdict.CONFLICT));
    assertThat(resolved(batch(B, 10, 20, 0, transaction(0, 0, "k"))).verdicts())
        .isEqualTo(verdicts(Verdict.COMMITTED));
    world.faults.clear();
    assertThat(resolved(batch(A, 20, 30, 10, metadata(0, 20, "123"))).verdicts())
        .isEqualTo(verdicts(Verdict.COMMITTED));
    assertThat(world.probes).containsOnlyOnce("resolver.metadata-full");
  }

  @Test
  void boundsTheBatchesThatWait() {
    start(new ResolverOptions(2, 1_000, 10, 10));
    world.deliver(resolver, batch(A, 10, 20, 0));
    world.deliver(resolver, batch(A, 20, 30, 0));
    assertRefused(ask(batch(A, 30, 40, 0)), ErrorCode.SERVER_REQUEST_QUEUE_FULL);
    assertThat(ask(batch(A, 20, 30, 0))).isNull();
    assertThat(ask(batch(A, 0, 10, 0))).isInstanceOf(BatchResolved.class);
    assertThat(ask(batch(A, 30, 40, 0))).isInstanceOf(BatchResolved.class);
  }

  @Test
  void boundsTheBytesThatWait() {
    start(new ResolverOptions(100, 20, 10, 10));
    ResolverTransaction large = transaction(0, 0, "0123456789");
    assertThat(ask(batch(A, 10, 20, 0, large))).isNull();
    assertRefused(ask(batch(A, 20, 30, 0, large)), ErrorCode.SERVER_REQUEST_QUEUE_FULL);
    assertThat(ask(batch(A, 0, 10, 0, large))).isInstanceOf(BatchResolved.class);
    assertThat(ask(batch(A, 20, 30, 0, large))).isInstanceOf(BatchResolved.class);
  }

  @Test
  void boundsTheAnswersThatAreNotAcknowledged() {
    start(new ResolverOptions(100, 1_000, 2, 10));
    ask(batch(A, 0, 10, 0));
    ask(batch(A, 10, 20, 0));
    assertRefused(ask(batch(A, 20, 30, 0)), ErrorCode.SERVER_REQUEST_QUEUE_FULL);
    assertThat(ask(batch(A, 20, 30, 10))).isInstanceOf(BatchResolved.class);
  }

  @Test
  void refusesMalformedBatchesAndGoesOn() {
    Bytes bad = Bytes.of(3, 'a');
    ResolverTransaction malformed = new ResolverTransaction(1, RT, bad, Bytes.EMPTY, Bytes.EMPTY);
    assertRefused(
        ask(batch(A, 0, 10, 0, transaction(0, 0, "k"), malformed)), ErrorCode.MALFORMED_REQUEST);
    assertRefused(ask(batch(A, 0, 0, 0)), ErrorCode.MALFORMED_REQUEST);
    assertRefused(ask(batch(A, 0, 10, 5)), ErrorCode.MALFORMED_REQUEST);
    assertRefused(
        ask(batch(A, 0, 10, 0, transaction(1, 0, "k"), transaction(1, 0, "l"))),
        ErrorCode.MALFORMED_REQUEST);
    assertThat(resolved(batch(A, 0, 10, 0, transaction(0, 0, "k"))).verdicts())
        .isEqualTo(verdicts(Verdict.COMMITTED));
  }

  @Test
  void refusesAForkOfTheChainAndStrangers() {
    ask(batch(A, 0, 10, 0));
    assertRefused(ask(batch(B, 0, 11, 0)), ErrorCode.VERSION_INVALID);
    assertRefused(ask(batch(new Uid(3, 3), 10, 20, 0)), ErrorCode.MALFORMED_REQUEST);
  }

  @Test
  void mayRejectWhatDoesNotConflict() {
    world.faults.add("resolver.reject-transaction");
    assertThat(resolved(batch(A, 0, 10, 0, transaction(0, 0, "k"))).verdicts())
        .isEqualTo(verdicts(Verdict.CONFLICT));
  }

  @Test
  void answersPingStatusAndWhatItDoesNotUnderstand() {
    assertThat(ask(new Ping())).isEqualTo(new Pong());
    assertThat(ask(new GetRoleStatus()))
        .isInstanceOfSatisfying(
            RoleStatus.class, status -> assertThat(status.role()).isEqualTo("resolver"));
    assertRefused(ask(new GetLiveVersion()), ErrorCode.MALFORMED_REQUEST);
    resolver.onMessage(new Inbound(new Address("there:1", 1), 0, batch(A, 0, 10, 0)));
    assertThat(ask(batch(A, 0, 11, 0))).isInstanceOf(BatchResolved.class);
  }

  @Test
  void aBatchRefusedAsBusyHasNoEffectAndIsTakenLater() {
    world.faults.add("resolver.refuse");
    assertRefused(
        ask(batch(A, 0, 10, 0, transaction(0, 0, "a"))), ErrorCode.SERVER_REQUEST_QUEUE_FULL);
    world.faults.clear();
    BatchResolved taken = resolved(batch(A, 0, 10, 0, transaction(0, 0, "a")));
    assertThat(taken.verdicts()).isEqualTo(verdicts(Verdict.COMMITTED));
    assertThat(world.probes).contains("resolver.refused-server_request_queue_full");
  }

  @Test
  void tellsThatTransactionsOfOneBatchConflict() {
    resolved(batch(A, 0, 10, 0, transaction(0, 0, "a")));
    resolved(batch(A, 10, 20, 0, transaction(0, 0, "a")));
    assertThat(world.probes).isEmpty();
    resolved(batch(A, 20, 30, 0, transaction(0, 15, "b"), transaction(1, 15, "b")));
    assertThat(world.probes).containsExactly("shape.conflict-within-batch");
  }
}
