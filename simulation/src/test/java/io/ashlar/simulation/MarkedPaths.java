package io.ashlar.simulation;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import io.ashlar.core.ErrorCode;
import io.ashlar.simulation.shape.Shapes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Finds in the sources of all roles the names of marked paths ({@code host.probes().hit}) and of
 * points at which a rare branch is forced ({@code host.faults().at}), without running anything. A
 * name that cannot be read off the source is an error: it could be missed and nobody would know.
 */
final class MarkedPaths {
  /** The modules that hold roles. */
  private static final List<String> MODULES =
      List.of(
          "sequencer",
          "resolver",
          "proxies",
          "log-servers",
          "storage-servers",
          "control",
          "client");

  /** What may follow a name that ends in the source with this: the values of a closed set. */
  private static final Map<String, List<String>> ENDINGS =
      Map.of(
          "resolver.refused-",
          codes(
              ErrorCode.MALFORMED_REQUEST,
              ErrorCode.SERVER_REQUEST_QUEUE_FULL,
              ErrorCode.VERSION_INVALID),
          "commit-proxy.refused-",
          codes(
              ErrorCode.CLIENT_INVALID_OPERATION,
              ErrorCode.COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED,
              ErrorCode.FUTURE_VERSION,
              ErrorCode.INVALID_MUTATION_TYPE,
              ErrorCode.INVALID_VERSIONSTAMP_OFFSET,
              ErrorCode.INVERTED_RANGE,
              ErrorCode.KEY_OUTSIDE_LEGAL_RANGE,
              ErrorCode.KEY_TOO_LARGE,
              ErrorCode.TRANSACTION_TOO_LARGE,
              ErrorCode.VALUE_TOO_LARGE),
          "storage.refused-",
          codes(
              ErrorCode.INVERTED_RANGE,
              ErrorCode.RANGE_LIMITS_INVALID,
              ErrorCode.TRANSACTION_TOO_OLD,
              ErrorCode.WRONG_SHARD_SERVER),
          "client.error-",
          codes(
              ErrorCode.CLIENT_INVALID_OPERATION,
              ErrorCode.COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED,
              ErrorCode.COMMIT_UNKNOWN_RESULT,
              ErrorCode.CONNECTION_STRING_INVALID,
              ErrorCode.DATABASE_CLOSED,
              ErrorCode.FUTURE_VERSION,
              ErrorCode.MAY_STILL_COMMIT,
              ErrorCode.NOT_COMMITTED,
              ErrorCode.OPERATION_CANCELLED,
              ErrorCode.READ_VERSION_PROXY_MEMORY_LIMIT_EXCEEDED,
              ErrorCode.SESSION_TOKEN_INVALID,
              ErrorCode.TRANSACTION_CANCELLED,
              ErrorCode.TRANSACTION_TIMED_OUT,
              ErrorCode.TRANSACTION_TOO_OLD,
              ErrorCode.WATCH_CANCELLED),
          "controller.pipeline-failure-",
          constants("io.ashlar.host.Failure$Kind"),
          "client.view-not-told-",
          constants("io.ashlar.host.Failure$Kind"),
          "recovery.phase-",
          constants("io.ashlar.control.Recovery$Phase", "READING_STATE", "ENDED"),
          "recovery.ended-in-",
          constants("io.ashlar.control.Recovery$Phase", "ACCEPTING_COMMITS", "ENDED"),
          "mover.step-",
          constants("io.ashlar.control.MovePlan$Kind"));

  private MarkedPaths() {}

  /** The names of an enumeration's constants without some. */
  private static List<String> constants(String className, String... without) {
    List<String> names = new ArrayList<>();
    try {
      for (Object constant : Class.forName(className).getEnumConstants()) {
        names.add(((Enum<?>) constant).name());
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
    for (String name : without) {
      if (!names.remove(name)) {
        throw new IllegalStateException(className + " has no " + name);
      }
    }
    return names;
  }

  private static List<String> codes(ErrorCode... codes) {
    return Arrays.stream(codes).map(ErrorCode::label).toList();
  }

  /** All names, points with what they begin with among the counts of faults. */
  static TreeSet<String> inSources() {
    TreeSet<String> names = new TreeSet<>();
    Path root = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    List<Path> files = new ArrayList<>();
    for (String module : MODULES) {
      try (Stream<Path> found = Files.walk(root.resolve(module).resolve("src/main/java"))) {
        found.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      for (var unit : task.parse()) {
        unit.accept(new Scanner(unit.getSourceFile().getName(), names), null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  /** Reads one source file. */
  private static final class Scanner extends TreeScanner<Void, Void> {
    private final String file;
    private final TreeSet<String> names;

    Scanner(String file, TreeSet<String> names) {
      this.file = file;
      this.names = names;
    }

    @Override
    public Void visitImport(ImportTree imported, Void nothing) {
      String name = imported.getQualifiedIdentifier().toString();
      if (name.equals("io.ashlar.host.Probes") || name.equals("io.ashlar.host.Faults")) {
        // Handed on under another name, its calls would not be found.
        throw new IllegalStateException(file + " must call it by host.probes() or host.faults()");
      }
      return super.visitImport(imported, nothing);
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
      if (call.getMethodSelect() instanceof MemberSelectTree select) {
        String method = select.getIdentifier().toString();
        String on = select.getExpression().toString();
        if (method.equals("hit") && on.endsWith("probes()")) {
          add("", argument(call));
          return scan(call.getArguments(), nothing);
        }
        if (method.equals("at") && on.endsWith("faults()")) {
          add(Coverage.POINT, argument(call));
          return scan(call.getArguments(), nothing);
        }
        if (method.equals("probes") || method.equals("faults")) {
          throw new IllegalStateException(file + " does something else with " + call);
        }
      }
      return super.visitMethodInvocation(call, nothing);
    }

    private static ExpressionTree argument(MethodInvocationTree call) {
      return call.getArguments().get(0);
    }

    private void add(String kind, ExpressionTree name) {
      if (name instanceof ParenthesizedTree inner) {
        add(kind, inner.getExpression());
      } else if (name instanceof LiteralTree literal) {
        names.add(kind + literal.getValue());
      } else if (name instanceof ConditionalExpressionTree choice) {
        add(kind, choice.getTrueExpression());
        add(kind, choice.getFalseExpression());
      } else if (name.getKind() == Tree.Kind.PLUS
          && ((BinaryTree) name).getLeftOperand() instanceof LiteralTree begin) {
        List<String> endings = ENDINGS.get((String) begin.getValue());
        if (endings == null) {
          throw new IllegalStateException(
              file + ": what can follow " + begin + " is not among the known endings");
        }
        endings.forEach(ending -> names.add(kind + begin.getValue() + ending));
      } else {
        throw new IllegalStateException(file + ": the name is not a constant: " + name);
      }
    }
  }

  /** Prints all names: the content of the list. */
  public static void main(String[] args) {
    TreeSet<String> names = inSources();
    names.addAll(Shapes.names());
    names.forEach(System.out::println);
  }
}
