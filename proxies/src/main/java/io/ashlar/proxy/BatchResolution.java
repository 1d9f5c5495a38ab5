package io.ashlar.proxy;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.Verdict;
import io.ashlar.message.BatchResolved;
import io.ashlar.message.MetadataBatch;
import io.ashlar.message.MetadataTransaction;
import io.ashlar.message.ResolverTransaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
   * the same ones with verdicts of their own; only of what every proxy has applied, some may have
   * let go earlier than others.
   */
  void forEachMetadata(long appliedVersion, MetadataVisitor visitor) {
    List<List<MetadataBatch>> fresh = new ArrayList<>(answers.length);
    for (BatchResolved answer : answers) {
      List<MetadataBatch> batches = new ArrayList<>();
      for (MetadataBatch batch : answer.metadata()) {
        if (batch.version() > appliedVersion && batch.version() < version) {
          batches.add(batch);
        }
      }
      fresh.add(batches);
    }
    for (int b = 0; b < fresh.get(0).size(); b++) {
      List<MetadataBatch> same = new ArrayList<>(answers.length);
      for (List<MetadataBatch> batches : fresh) {
        checkAgree(batches.size() == fresh.get(0).size());
        same.add(batches.get(b));
      }
      forEachCommitted(same, visitor);
    }
  }

  /** What each resolver says of one version. */
  private void forEachCommitted(List<MetadataBatch> same, MetadataVisitor visitor) {
    MetadataBatch first = same.get(0);
    for (int t = 0; t < first.transactions().size(); t++) {
      boolean committed = true;
      for (MetadataBatch batch : same) {
        checkAgree(batch.version() == first.version());
        checkAgree(batch.transactions().size() == first.transactions().size());
        MetadataTransaction transaction = batch.transactions().get(t);
        checkAgree(transaction.index() == first.transactions().get(t).index());
        committed &= transaction.verdict() == Verdict.COMMITTED;
      }
      if (committed) {
        visitor.committed(first.version(), first.transactions().get(t).mutations());
      }
    }
  }

  private void checkAgree(boolean agree) {
    Check.that(agree, "resolvers disagree about the metadata before version ", version);
  }
}
