package io.ashlar.storage;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.SuppressForbidden;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An engine in memory, all Java: a persistent tree, of which a snapshot is a root. A crash of its
 * {@link EngineStore} loses what was not flushed, or keeps it.
 */
@SuppressForbidden("an engine is a port's implementation: the executor is the owner's loop")
public final class ModelEngine implements StorageEngine {
  private final EngineStore store;
  private final Executor loop;
  private final Tree tree = new Tree();
  private EngineStore.Content visible = EngineStore.Content.NEW;
  private int incarnation;
  private boolean open;

  /**
   * @param store what it keeps its content in
   * @param loop runs completions on the owner's loop as later events, in order
   */
  public ModelEngine(EngineStore store, Executor loop) {
    this.store = store;
    this.loop = loop;
  }

  @Override
  public void open(Consumer<EngineState> onOpen) {
    Check.that(!open, "opened twice at ", visible.storedVersion());
    open = true;
    incarnation = store.open();
    EngineStore.Content content = store.written();
    loop.execute(
        () -> {
          visible = content;
          onOpen.accept(new EngineState(content.storedVersion(), content.metadata()));
        });
  }

  @Override
  public void write(EngineBatch batch, Runnable onWritten) {
    checkOpen();
    EngineStore.Content before = store.written();
    Applied applied = new Applied(before.root());
    batch.changes().forEach(applied);
    tree.freeze();
    EngineStore.Content after =
        new EngineStore.Content(applied.root, batch.storedVersion(), batch.metadata());
    if (store.isCurrent(incarnation)) {
      store.written(after);
    }
    loop.execute(
        () -> {
          visible = after;
          onWritten.run();
        });
  }

  @Override
  public EngineSnapshot snapshot() {
    checkOpen();
    return new Snapshot(visible);
  }

  @Override
  public void flush(Runnable onDurable) {
    checkOpen();
    EngineStore.Content content = store.written();
    loop.execute(
        () -> {
          if (store.isCurrent(incarnation)) {
            store.durable(content);
          }
          onDurable.run();
        });
  }

  @Override
  public void close(Runnable onClosed) {
    checkOpen();
    flush(
        () -> {
          open = false;
          onClosed.run();
        });
  }

  private void checkOpen() {
    Check.that(open, "not open; stored version ", visible.storedVersion());
  }

  /** Applies changes to a root; in an engine only sets have entries. */
  private final class Applied implements EngineBatch.Writer {
    private Tree.Node root;

    private Applied(Tree.Node root) {
      this.root = root;
    }

    @Override
    public void set(Bytes key, Bytes value) {
      root = tree.set(root, key, value, 0);
    }

    @Override
    public void clearRange(Bytes begin, Bytes end) {
      root = tree.removeRange(root, begin, end);
    }
  }

  /** A root; counted only to find out who reads after letting go. */
  static final class Snapshot implements EngineSnapshot {
    private final EngineStore.Content content;
    private final AtomicInteger holders = new AtomicInteger(1);

    Snapshot(EngineStore.Content content) {
      this.content = content;
    }

    @Override
    public long storedVersion() {
      return content.storedVersion();
    }

    @Override
    public Bytes get(Bytes key) {
      checkHeld();
      Tree.Node node = Tree.covering(content.root(), key);
      return node == null ? null : node.value();
    }

    @Override
    public EngineCursor cursor(KeyRange range, boolean reverse) {
      checkHeld();
      return new Cursor(content.root(), range, reverse);
    }

    @Override
    public void retain() {
      Check.that(holders.getAndIncrement() > 0, "retained after it was freed: ", storedVersion());
    }

    @Override
    public void release() {
      Check.that(holders.decrementAndGet() >= 0, "released too often: ", storedVersion());
    }

    private void checkHeld() {
      if (holders.get() <= 0) {
        throw new AshlarException(ErrorCode.DATABASE_CLOSED, "the snapshot was freed");
      }
    }
  }

  private static final class Cursor implements EngineCursor {
    private final Tree.Node root;
    private final KeyRange range;
    private final boolean reverse;
    private TreeCursor rows;

    private Cursor(Tree.Node root, KeyRange range, boolean reverse) {
      this.root = root;
      this.range = range;
      this.reverse = reverse;
      this.rows =
          reverse
              ? TreeCursor.backward(root, range.end())
              : TreeCursor.forward(root, range.begin());
    }

    @Override
    public boolean isValid() {
      Tree.Node node = rows.node();
      return node != null && range.contains(node.key);
    }

    @Override
    public Bytes key() {
      return rows.node().key;
    }

    @Override
    public Bytes value() {
      return rows.node().value();
    }

    @Override
    public void advance() {
      rows.advance();
    }

    @Override
    public void skipTo(Bytes bound) {
      if (!isValid()) {
        return;
      }
      if (reverse) {
        if (bound.compareTo(key()) <= 0) {
          rows = TreeCursor.backward(root, bound);
        }
      } else if (bound.compareTo(key()) > 0) {
        rows = TreeCursor.forward(root, bound);
      }
    }

    @Override
    public void close() {}
  }
}
