package io.ashlar.proxy;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.message.ResolverTransaction;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes of a batch and its version what the resolvers are asked: fills in versionstamps, adds the
 * stamped keys to the write conflicts, and cuts the conflict ranges to the shares. A transaction
 * goes to the resolvers in whose shares it has conflict ranges, one that touches metadata to all of
 * them. Pure.
 */
final class BatchAssembler {
  private final ResolverShares shares;

  BatchAssembler(ResolverShares shares) {
    this.shares = shares;
  }

  /**
   * A batch with its stamps.
   *
   * @param mutations of each transaction, as they will be pushed
   * @param questions for each resolver, in batch order
   */
  record Assembled(List<Bytes> mutations, List<List<ResolverTransaction>> questions) {}

  Assembled assemble(List<Submission> submissions, long version) {
    List<Bytes> mutations = new ArrayList<>(submissions.size());
    List<List<ResolverTransaction>> questions = new ArrayList<>(shares.count());
    for (int resolver = 0; resolver < shares.count(); resolver++) {
      questions.add(new ArrayList<>(submissions.size()));
    }
    for (int index = 0; index < submissions.size(); index++) {
      Submission submission = submissions.get(index);
      Bytes stamped = submission.transaction().mutations();
      Bytes writes = submission.transaction().writeConflicts();
      if (submission.stamped()) {
        Versionstamps.Stamped both = Versionstamps.stamp(stamped, writes, version, index);
        stamped = both.mutations();
        writes = both.writeConflicts();
      }
      mutations.add(stamped);
      ask(questions, submission, index, stamped, writes);
    }
    return new Assembled(mutations, questions);
  }

  private void ask(
      List<List<ResolverTransaction>> questions,
      Submission submission,
      int index,
      Bytes mutations,
      Bytes writes) {
    Bytes metadata = submission.metadata() ? metadataOf(mutations) : Bytes.EMPTY;
    Bytes reads = submission.transaction().readConflicts();
    long readVersion = submission.transaction().readVersion();
    for (int resolver = 0; resolver < shares.count(); resolver++) {
      Bytes readsHere = shares.cut(resolver, reads);
      Bytes writesHere = shares.cut(resolver, writes);
      if (!readsHere.isEmpty() || !writesHere.isEmpty() || !metadata.isEmpty()) {
        questions
            .get(resolver)
            .add(new ResolverTransaction(index, readVersion, readsHere, writesHere, metadata));
      }
    }
  }

  private static Bytes metadataOf(Bytes mutations) {
    ByteWriter metadata = new ByteWriter(256);
    MutationCursor cursor = new MutationCursor(mutations);
    while (cursor.next()) {
      if (cursor.touchesMetadata()) {
        metadata.putRaw(cursor.array(), cursor.at(), cursor.length());
      }
    }
    return metadata.toBytes();
  }
}
