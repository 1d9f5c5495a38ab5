package io.ashlar.proxy;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.Verdict;
import io.ashlar.message.BatchResolved;
import io.ashlar.message.MetadataBatch;
import io.ashlar.message.MetadataTransaction;
import io.ashlar.message.ResolverTransaction;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The resolvers' answers to one batch. A transaction has the worst verdict of those that were asked
 * about it (the smallest code); it is committed when nobody had to be asked. Pure.
 */
final class BatchResolution {
  private final long version;
  private final List<List<ResolverTransaction>> questions;
  private final BatchResolved[] answers;
  private final Verdict[] verdicts;
  private int missing;

  BatchResolution(long version, int transactionCount, List<List<ResolverTransaction>> questions) {
    this.version = version;
    this.questions = questions;
    this.answers = new BatchResolved[questions.size()];
    this.verdicts = new Verdict[transactionCount];
    this.missing = questions.size();
    Arrays.fill(verdicts, Verdict.COMMITTED);
  }

  List<ResolverTransaction> questions(int resolver) {
    return questions.get(resolver);
  }

  void answer(int resolver, BatchResolved answer) {
    List<ResolverTransaction> asked = questions.get(resolver);
    Bytes said = answer.verdicts();
    Check.that(answers[resolver] == null, "answered twice by resolver ", resolver);
    Check.that(answer.version() == version, "answer for ", answer.version(), " not ", version);
    Check.that(
        said.length() == asked.size(), "verdicts: ", said.length(), ", asked: ", asked.size());
    answers[resolver] = answer;
    missing--;
    for (int i = 0; i < said.length(); i++) {
      int index = asked.get(i).index();
      Verdict verdict = Verdict.ofCode(said.at(i));
      if (verdict.code() < verdicts[index].code()) {
        verdicts[index] = verdict;
      }
    }
  }

  boolean isComplete() {
    return missing == 0;
  }

  /** The verdict over all resolvers; only when the resolution is complete. */
  Verdict verdict(int index) {
    return verdicts[index];
  }

  /** Hears of the metadata of other batches. */
  interface MetadataVisitor {
    /** A transaction that every resolver says is committed: its mutations, encoded. */
    void committed(long version, Bytes mutations);
  }

  /**
   * Tells the committed metadata transactions of the versions after {@code appliedVersion} and
   * before this batch's own, in order. Every resolver sees every one of them, so all answers bring
   * the same ones with verdicts of their own.
   */
  void forEachMetadata(long appliedVersion, MetadataVisitor visitor) {
    List<MetadataBatch> first = answers[0].metadata();
    for (int b = 0; b < first.size(); b++) {
      MetadataBatch batch = first.get(b);
      for (BatchResolved answer : answers) {
        Check.that(
            answer.metadata().size() == first.size()
                && answer.metadata().get(b).version() == batch.version()
                && answer.metadata().get(b).transactions().size() == batch.transactions().size(),
            "resolvers disagree about the metadata before version ",
            version);
      }
      if (batch.version() > appliedVersion && batch.version() < version) {
        int at = b;
        forEachCommitted(
            batch.transactions().size(),
            at,
            mutations -> visitor.committed(batch.version(), mutations));
      }
    }
  }

  private void forEachCommitted(int count, int batch, Consumer<Bytes> visitor) {
    for (int t = 0; t < count; t++) {
      MetadataTransaction transaction = answers[0].metadata().get(batch).transactions().get(t);
      boolean committed = true;
      for (BatchResolved answer : answers) {
        MetadataTransaction same = answer.metadata().get(batch).transactions().get(t);
        Check.that(
            same.index() == transaction.index(),
            "resolvers disagree about the metadata before version ",
            version);
        committed &= same.verdict() == Verdict.COMMITTED;
      }
      if (committed) {
        visitor.accept(transaction.mutations());
      }
    }
  }
}
