package io.ashlar.embedded.kill;

/**
 * One transaction of one committer in one life of the process.
 *
 * @param life the number of the process, from 0
 * @param committer its thread
 * @param number of the transaction, from 0
 */
record CommitId(int life, int committer, int number) implements Comparable<CommitId> {
  static CommitId parse(String text) {
    String[] parts = text.split("/", -1);
    return new CommitId(
        Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
  }

  @Override
  public int compareTo(CommitId other) {
    int byLife = Integer.compare(life, other.life);
    int byCommitter = byLife != 0 ? byLife : Integer.compare(committer, other.committer);
    return byCommitter != 0 ? byCommitter : Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return life + "/" + committer + "/" + number;
  }
}
