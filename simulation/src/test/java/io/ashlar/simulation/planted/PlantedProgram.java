package io.ashlar.simulation.planted;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The whole program loaded once more, with edited sources in place of some classes and with
 * assertions that do nothing. The simulator itself keeps its assertions: they are among the checks
 * whose worth is to be shown.
 *
 * <p>May be run by several threads at once: runs share nothing.
 */
final class PlantedProgram {
  private static final String SIMULATOR = "io.ashlar.simulation.";
  private static final String PROGRAM = "io.ashlar.";
  private static final String CHECK = "io.ashlar.core.Check";

  private final Map<String, byte[]> edited;

  /** What was told of each call: the same is not done twice. */
  private final Map<List<Object>, Verdict> told = new ConcurrentHashMap<>();

  private Class<?> inside;

  /** The program with the edits of all {@code bugs} in it. */
  PlantedProgram(PlantedBug... bugs) {
    Map<String, String> sources = editedSources(bugs);
    sources.put(CHECK, mutedCheck());
    edited = compile(sources);
  }

  /**
   * The sources that the bugs change, by the names of their classes.
   *
   * @throws IllegalStateException when a text to be changed is not there exactly once
   */
  static Map<String, String> editedSources(PlantedBug... bugs) {
    Map<String, String> sources = new TreeMap<>();
    for (PlantedBug bug : bugs) {
      for (Edit edit : bug.edits()) {
        String source = sources.get(edit.className());
        sources.put(
            edit.className(),
            edit.apply(source != null ? source : trueSource(edit.module(), edit.className())));
      }
    }
    return sources;
  }

  /** Loads it, if that has not been done yet. */
  private synchronized Class<?> inside() {
    if (inside == null) {
      ClassLoader here = PlantedProgram.class.getClassLoader();
      Loader roles =
          new Loader(here, edited, n -> n.startsWith(PROGRAM) && !n.startsWith(SIMULATOR));
      Map<String, byte[]> ofSimulator = new TreeMap<>(edited);
      ofSimulator.remove(CHECK);
      Loader simulator =
          new Loader(roles, ofSimulator, n -> n.startsWith(SIMULATOR) || n.equals(CHECK));
      try {
        inside = simulator.loadClass(PlantedRun.class.getName());
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException(e);
      }
    }
    return inside;
  }

  /**
   * Loads it for a test of a role, which is in the role's package: with one loader for all, so that
   * the simulator's own assertions are mute too.
   */
  private Class<?> insideOfOneLoader() {
    ClassLoader here = PlantedProgram.class.getClassLoader();
    try {
      return new Loader(here, edited, n -> n.startsWith(PROGRAM))
          .loadClass(PlantedRun.class.getName());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs a seed in it. */
  Verdict run(long seed, RunAs runAs) {
    return call("run", seed, runAs, "");
  }

  /**
   * Calls a method of {@link PlantedRun}, unless the answer is known: as the control of several
   * bugs a program is asked the same again and again.
   *
   * @param detail what {@link PlantedBug#detail} says
   */
  Verdict call(String method, long seed, RunAs runAs, String detail) {
    List<Object> question = List.of(method, seed, runAs, detail);
    Verdict known = told.get(question);
    if (known == null) {
      known = askAnew(method, seed, runAs, detail);
      told.put(question, known);
    }
    return known;
  }

  private Verdict askAnew(String method, long seed, RunAs runAs, String detail) {
    try {
      boolean isOfRole = detail.startsWith(PROGRAM) && !detail.startsWith(SIMULATOR);
      Method inner =
          (isOfRole ? insideOfOneLoader() : inside())
              .getMethod(
                  method,
                  long.class,
                  int.class,
                  int.class,
                  String.class,
                  String.class,
                  String.class);
      String[] answer =
          (String[])
              inner.invoke(
                  null,
                  seed,
                  runAs.busySeconds(),
                  runAs.faultFactor(),
                  runAs.workloads(),
                  runAs.faults(),
                  detail);
      return new Verdict(Verdict.Kind.valueOf(answer[0]), answer[1]);
    } catch (InvocationTargetException e) {
      return new Verdict(Verdict.Kind.BROKE_DOWN, e.getCause().toString());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String trueSource(String module, String className) {
    Path root = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    Path file = root.resolve(module).resolve("src/main/java");
    try {
      return Files.readString(file.resolve(className.replace('.', '/') + ".java"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Assertions without effect: the checks of the simulator alone are on trial. */
  private static String mutedCheck() {
    String source = trueSource("core", CHECK);
    String muted = source.replace("if (!condition) {", "if (false) {");
    if (muted.equals(source)) {
      throw new IllegalStateException("assertions cannot be muted any more");
    }
    return muted;
  }

  private static Map<String, byte[]> compile(Map<String, String> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> units = new ArrayList<>();
    sources.forEach((name, text) -> units.add(new Source(name, text)));
    StringWriter complaints = new StringWriter();
    Map<String, byte[]> classes = new TreeMap<>();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    try (JavaFileManager files =
        new InMemory(
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8), classes)) {
      boolean compiled =
          compiler
              .getTask(
                  complaints,
                  files,
                  null,
                  List.of("-proc:none", "--release", "17", "-cp", classPath),
                  null,
                  units)
              .call();
      if (!compiled) {
        throw new IllegalStateException(complaints.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return classes;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(URI.create("memory:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** Keeps what the compiler writes. */
  private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, byte[]> classes;

    InMemory(JavaFileManager files, Map<String, byte[]> classes) {
      super(files);
      this.classes = classes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String className, JavaFileObject.Kind kind, javax.tools.FileObject of) {
      return new SimpleJavaFileObject(URI.create("memory:///" + className), kind) {
        @Override
        public OutputStream openOutputStream() {
          return new ByteArrayOutputStream() {
            @Override
            public void close() {
              classes.put(className, toByteArray());
            }
          };
        }
      };
    }
  }

  /** Defines the classes that are its own afresh, and leaves the others to its parent. */
  private static final class Loader extends ClassLoader {
    private final Map<String, byte[]> edited;
    private final Predicate<String> isOwn;

    Loader(ClassLoader parent, Map<String, byte[]> edited, Predicate<String> isOwn) {
      super(parent);
      this.edited = edited;
      this.isOwn = isOwn;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!isOwn.test(name)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      byte[] bytes = edited.get(name);
      if (bytes == null) {
        try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
          if (in == null) {
            throw new ClassNotFoundException(name);
          }
          bytes = in.readAllBytes();
        } catch (IOException e) {
          throw new ClassNotFoundException(name, e);
        }
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }
}
