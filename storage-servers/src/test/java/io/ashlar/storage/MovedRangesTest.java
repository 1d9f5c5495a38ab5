package io.ashlar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.GetRange;
import io.ashlar.message.GetStorageState;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.Message;
import io.ashlar.message.RangeRead;
import io.ashlar.message.Refused;
import io.ashlar.message.ShardLocation;
import io.ashlar.message.StorageAddress;
import io.ashlar.message.StorageState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Ranges move to and from a storage server while all that {@link CrashRun} does happens to it, and
 * while those from whom it fetches are slow, behind, ahead or silent. What it answers must be what
 * the model is, and of what it does not have it must answer nothing.
 */
class MovedRangesTest {
  private static final int LETTERS = 20;

  @Test
  void losesAndDuplicatesNothingOfWhatMoves() {
    TreeSet<String> probes = new TreeSet<>();
    for (int seed = 1; seed <= 150; seed++) {
      Run run = new Run(seed);
      run.go(150);
      probes.addAll(run.world.probes);
    }
    assertThat(probes)
        .contains(
            "storage.fetch-given-up",
            "storage.fetch-keeps-too-much",
            "storage.fetch-waits-for-room",
            "storage.flush-what-arrived",
            "storage.no-location-told",
            "storage.no-source-known",
            "storage.piece-came-too-late",
            "storage.piece-not-read");
  }

  @Test
  void losesAndDuplicatesNothingOfWhatMovesOnRocksDb() {
    for (int seed = 1; seed <= 10; seed++) {
      try (EngineHarness.Rocks rocks = EngineHarness.Rocks.inMemory()) {
        Run run = new Run(seed);
        run.useRocks(rocks);
        run.go(100);
      }
    }
  }

  @Test
  void losesAndDuplicatesNothingOfWhatMovesWhileRareBranchesAreForced() {
    TreeSet<String> fired = new TreeSet<>();
    for (int seed = 1; seed <= 80; seed++) {
      Run run = new Run(seed);
      run.force(fired);
      run.go(120);
    }
    assertThat(fired)
        .contains("storage.fetch-again", "storage.fetch-from-another", "storage.fetch-little");
  }

  private enum Place {
    ELSEWHERE,
    ARRIVING,
    HERE
  }

  /** Where each letter's keys are, and since when those arrive that do. */
  private record Places(Place[] places, long[] since) {
    Places with(int from, int to, Place place, long version) {
      Place[] next = places.clone();
      long[] nextSince = since.clone();
      Arrays.fill(next, from, to, place);
      Arrays.fill(nextSince, from, to, version);
      return new Places(next, nextSince);
    }
  }

  private static Bytes key(int letter) {
    return Bytes.utf8("k" + (char) ('a' + letter));
  }

  private static int letter(Bytes key) {
    return key.unsafeArray()[1] - 'a';
  }

  private static final class Run extends CrashRun {
    private static final Address PROXY = new Address("proxy:1", 3);

    private final SeededRandom moves;
    private final SeededRandom sources;
    private final TreeMap<Long, Places> placesAt = new TreeMap<>();
    private boolean isHealed;

    Run(int seed) {
      super(seed);
      moves = random.fork("moves");
      sources = random.fork("sources");
      Place[] first = new Place[LETTERS];
      Arrays.fill(first, Place.ELSEWHERE);
      Places nothing = new Places(first, new long[LETTERS]);
      placesAt.put(0L, nothing);
      placesAt.put(JUMP, nothing.with(letter(own()), letter(ownEnd()), Place.HERE, JUMP));
      world.commitProxies.add(PROXY);
      world.others.put(PROXY, this::onGetKeyLocations);
      for (int tag = 1; tag <= 3; tag++) {
        Address address = tag == FakeWorld.TAG ? FakeWorld.STORAGE : new Address("other:1", tag);
        world.storages.add(new StorageAddress(tag, new Uid(77, tag), address));
        world.others.put(address, this::onGetRange);
      }
    }

    @Override
    Bytes own() {
      return key(3);
    }

    @Override
    Bytes ownEnd() {
      return key(9);
    }

    private Places now() {
      return placesAt.lastEntry().getValue();
    }

    // ------------------------------------------------------------------------------ moving

    @Override
    void extraStep() {
      if (moves.nextInt(12) == 0) {
        boolean isGone = moves.nextInt(3) == 0;
        StorageAddress there = world.storages.get(2);
        Address address = isGone ? Address.NONE : new Address("other:1", 3);
        world.storages.set(2, new StorageAddress(there.tag(), there.storageId(), address));
        publishView();
      }
      if (moves.nextInt(3) > 0) {
        return;
      }
      int from = moves.nextInt(LETTERS);
      Place place = now().places[from];
      int to = from + 1;
      while (to < LETTERS && now().places[to] == place && moves.nextInt(6) > 0) {
        to++;
      }
      int kind = moves.nextInt(8);
      if (place == Place.ELSEWHERE && kind < 5) {
        order(MutationType.SHARD_FETCH, from, to);
      } else if (place == Place.ARRIVING && kind < 7) {
        finish(from, to);
      } else if (place == Place.ARRIVING || (place == Place.HERE && kind == 0)) {
        order(MutationType.SHARD_REMOVED, from, to);
      }
    }

    /** A transaction that moves a range, in a batch with others. */
    private void order(MutationType type, int from, int to) {
      List<Mutation> mutations = new ArrayList<>();
      for (int before = moves.nextInt(3); before > 0; before--) {
        mutations.add(draw());
      }
      mutations.add(new Mutation(type, key(from), key(to)));
      for (int behind = moves.nextInt(3); behind > 0; behind--) {
        mutations.add(draw());
      }
      push(nextVersion(), mutations.toArray(new Mutation[0]));
    }

    /** As a mover does: when the server has the range and cannot lose it. */
    private boolean finish(int from, int to) {
      Message reply = world.answer(new GetStorageState());
      KeyRange range = new KeyRange(key(from), key(to));
      long since = Arrays.stream(now().since, from, to).max().getAsLong();
      boolean isReady =
          reply instanceof StorageState state
              && state.latestVersion() >= since
              && state.safeRanges().stream()
                  .anyMatch(safe -> safe.intersection(range).equals(range));
      if (isReady) {
        order(MutationType.SHARD_JOINED, from, to);
      }
      return isReady;
    }

    @Override
    Mutation[] received(long version, Mutation[] mutations) {
      List<Mutation> received = new ArrayList<>();
      for (Mutation mutation : mutations) {
        Place next =
            switch (mutation.type()) {
              case SHARD_FETCH -> Place.ARRIVING;
              case SHARD_JOINED -> Place.HERE;
              case SHARD_REMOVED -> Place.ELSEWHERE;
              default -> null;
            };
        if (next != null) {
          int to = letter(mutation.second());
          placesAt.put(version, now().with(letter(mutation.first()), to, next, version));
        }
        boolean isForAll =
            mutation.type() == MutationType.EPOCH_END
                || mutation.type() == MutationType.SHARD_ASSIGNED;
        if (next != null || isForAll || isHereOrArriving(mutation.affected())) {
          received.add(mutation);
        }
      }
      return received.toArray(new Mutation[0]);
    }

    private static List<Place> placesIn(KeyRange range, Places places) {
      List<Place> found = new ArrayList<>();
      for (int i = 0; i < LETTERS; i++) {
        if (range.contains(key(i))) {
          found.add(places.places[i]);
        }
      }
      return found;
    }

    private boolean isHereOrArriving(KeyRange range) {
      List<Place> places = placesIn(range, now());
      return places.contains(Place.HERE) || places.contains(Place.ARRIVING);
    }

    @Override
    void takenBack(long version) {
      placesAt.tailMap(version, false).clear();
    }

    @Override
    Answer answerTo(KeyRange range, long version) {
      List<Place> places = placesIn(range, placesAt.floorEntry(version).getValue());
      if (places.isEmpty() || places.contains(Place.ELSEWHERE)) {
        return places.isEmpty() ? Answer.MAY : Answer.MUST_NOT;
      }
      return places.contains(Place.ARRIVING) ? Answer.MAY : Answer.MUST;
    }

    // ----------------------------------------------------------------------------- others

    private void onGetKeyLocations(Message message, Consumer<Message> answer) {
      int kind = isHealed ? 9 : sources.nextInt(10);
      if (kind == 0) {
        return;
      }
      if (kind == 1) {
        answer.accept(new Refused(ErrorCode.BROKEN_PROMISE, ""));
        return;
      }
      if (kind == 2) {
        answer.accept(new KeyLocations(List.of()));
        return;
      }
      Bytes begin = ((GetKeyLocations) message).range().begin();
      Bytes end = key(letter(begin) + 1 + sources.nextInt(LETTERS));
      List<Integer> tags = kind == 3 ? List.of(FakeWorld.TAG) : List.of(2, 3);
      answer.accept(new KeyLocations(List.of(new ShardLocation(new KeyRange(begin, end), tags))));
    }

    private void onGetRange(Message message, Consumer<Message> answer) {
      GetRange get = (GetRange) message;
      int kind = isHealed ? 19 : sources.nextInt(20);
      if (kind == 0) {
        return;
      }
      if (kind < 4) {
        ErrorCode code =
            kind == 1
                ? ErrorCode.WRONG_SHARD_SERVER
                : kind == 2 ? ErrorCode.TRANSACTION_TOO_OLD : ErrorCode.FUTURE_VERSION;
        answer.accept(new Refused(code, ""));
        return;
      }
      long delayMillis = sources.nextInt(kind < 8 ? 150 : 4);
      // Some have not heard yet that the epoch has ended, and have what nobody will have had.
      NavigableMap<Long, NavigableMap<Bytes, Bytes>> seen =
          sources.nextInt(4) == 0 ? new TreeMap<>(model) : model;
      world.outside(1 + delayMillis * 1_000_000, () -> answer.accept(read(get, seen)));
    }

    private static RangeRead read(
        GetRange get, NavigableMap<Long, NavigableMap<Bytes, Bytes>> seen) {
      List<KeyValue> rows = new ArrayList<>();
      long bytes = 0;
      for (KeyValue row : rows(seen.floorEntry(get.version()).getValue(), get.range(), false)) {
        rows.add(row);
        bytes += row.key().length() + row.value().length();
        if (rows.size() >= get.rowsMax() || bytes >= get.bytesMax()) {
          return new RangeRead(get.version(), 0, rows, true);
        }
      }
      return new RangeRead(get.version(), 0, rows, false);
    }

    // ------------------------------------------------------------------------------ the end

    @Override
    void settleMore() {
      isHealed = true;
      for (int round = 0; round < 400; round++) {
        push(end + 300);
        knownCommitted = end;
        catchUp();
        int from = Arrays.asList(now().places).indexOf(Place.ARRIVING);
        if (from < 0) {
          return;
        }
        int to = from + 1;
        while (to < LETTERS && now().places[to] == Place.ARRIVING) {
          to++;
        }
        finish(from, to);
      }
      throw new AssertionError("seed " + seed + ": a range does not arrive");
    }

    @Override
    void checkAll(String when) {
      catchUp();
      for (int i = 0; i < LETTERS; i++) {
        KeyRange range = KeyRange.ofKey(key(i));
        Message reply = world.answer(new GetRange(end, range, 10, 100_000, false, false));
        if (now().places[i] == Place.HERE) {
          assertThat(((RangeRead) reply).rows())
              .as("seed %d: %s, %s at %d", seed, when, range, end)
              .isEqualTo(rows(model.lastEntry().getValue(), range, false));
        } else {
          assertThat(((Refused) reply).code())
              .as("seed %d: %s, %s at %d", seed, when, range, end)
              .isEqualTo(ErrorCode.WRONG_SHARD_SERVER);
        }
      }
    }

    /** Nothing is left in the engine of what went away. */
    @Override
    void checkStored() {
      Tree.Node root = world.store.written().root();
      TreeCursor cursor = TreeCursor.forward(root, Bytes.EMPTY);
      for (; cursor.node() != null; cursor.advance()) {
        Bytes key = cursor.node().key;
        assertThat(now().places[letter(key)])
            .as("seed %d: %s is stored", seed, key)
            .isEqualTo(Place.HERE);
      }
    }
  }
}
