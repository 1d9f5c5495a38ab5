package io.ashlar.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.CanBeAnnotated;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.ashlar.core.SuppressForbidden;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules of docs/architecture.md that bytecode can show. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.ashlar");

  private static final String CORE = "io.ashlar.core..";
  private static final String HOST = "io.ashlar.host..";
  private static final String MESSAGE = "io.ashlar.message..";
  private static final String LEADER = "io.ashlar.leader..";

  /** The packages of roles: state machines that see the world through Host alone. */
  private static final String[] ROLES = {
    "io.ashlar.sequencer..",
    "io.ashlar.proxy..",
    "io.ashlar.resolver..",
    "io.ashlar.log..",
    "io.ashlar.storage..",
    "io.ashlar.control.."
  };

  /** The parts of the layers that need a library, which is optional. */
  private static final String PROTOBUF_ROWS = "io.ashlar.table.protobuf..";

  private static final String CBOR_ROWS = "io.ashlar.table.cbor..";

  /** What each of our packages may use of ours, besides itself. */
  private static final Map<String, List<String>> MAY_USE = new LinkedHashMap<>();

  static {
    List<String> ports = List.of(CORE, HOST, MESSAGE);
    List<String> core = List.of(CORE, HOST, MESSAGE, LEADER);
    MAY_USE.put(CORE, List.of());
    MAY_USE.put(HOST, ports);
    MAY_USE.put(MESSAGE, ports);
    MAY_USE.put(LEADER, ports);
    for (String role : ROLES) {
      MAY_USE.put(role, core);
    }
    MAY_USE.put("io.ashlar.client..", core);
    List<String> layer =
        List.of(CORE, "io.ashlar.client..", "io.ashlar.tuple..", "io.ashlar.layer..");
    MAY_USE.put("io.ashlar.tuple..", List.of(CORE, "io.ashlar.client.."));
    MAY_USE.put("io.ashlar.layer..", List.of(CORE, "io.ashlar.client.."));
    MAY_USE.put("io.ashlar.directory..", layer);
    MAY_USE.put("io.ashlar.kv..", layer);
    MAY_USE.put("io.ashlar.table..", layer);
    MAY_USE.put("io.ashlar.counter..", layer);
    MAY_USE.put("io.ashlar.lease..", layer);
    MAY_USE.put("io.ashlar.queue..", layer);
    MAY_USE.put("io.ashlar.blob..", layer);
    MAY_USE.put("io.ashlar.runtime..", core);
  }

  private static final DescribedPredicate<CanBeAnnotated> EXEMPT =
      DescribedPredicate.describe(
          "exempt with a reason", element -> element.isAnnotatedWith(SuppressForbidden.class));

  private static final DescribedPredicate<JavaField> EXEMPT_FIELD =
      DescribedPredicate.describe(
          "exempt with a reason", field -> EXEMPT.test(field) || EXEMPT.test(field.getOwner()));

  @Test
  void everyPackageUsesOnlyWhatItMay() {
    MAY_USE.forEach(
        (from, allowed) -> {
          List<String> reachable = new ArrayList<>(allowed);
          reachable.add(from);
          check(
              noClasses()
                  .that()
                  .resideInAPackage(from)
                  .should()
                  .dependOnClassesThat(
                      JavaClass.Predicates.resideInAPackage("io.ashlar..")
                          .and(
                              JavaClass.Predicates.resideOutsideOfPackages(
                                  reachable.toArray(String[]::new))))
                  .because("dependencies point one way; roles meet through messages"));
        });
  }

  @Test
  void coreUsesTheJdkAlone() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                CORE,
                HOST,
                MESSAGE,
                "io.ashlar.client..",
                "io.ashlar.tuple..",
                "io.ashlar.layer..",
                "io.ashlar.directory..",
                "io.ashlar.kv..",
                "io.ashlar.table..",
                "io.ashlar.counter..",
                "io.ashlar.lease..",
                "io.ashlar.queue..",
                "io.ashlar.blob..")
            .and()
            .resideOutsideOfPackages(PROTOBUF_ROWS, CBOR_ROWS)
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("java..", "io.ashlar..")
            .because("a library that everyone has on the class path must bring nothing along"));
  }

  @Test
  void networkAndLoopLibrariesStayInTheRuntime() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.ashlar.runtime..", PROTOBUF_ROWS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "com.google.protobuf..", "com.lmax.disruptor.."));
  }

  @Test
  void rocksDbStaysBehindTheStorageEngine() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.ashlar.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.rocksdb.."));
  }

  @Test
  void rolesHaveNoStaticState() {
    check(
        fields()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(rolesAndCore())
            .and()
            .areStatic()
            .and(DescribedPredicate.not(EXEMPT_FIELD))
            .should()
            .beFinal()
            .because("any number of databases live in one JVM"));
    Set<String> mutable =
        Set.of(
            "java.util.ArrayList",
            "java.util.HashMap",
            "java.util.TreeMap",
            "java.util.LinkedHashMap",
            "java.util.ArrayDeque",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.concurrent.atomic.AtomicLong",
            "java.util.concurrent.atomic.AtomicInteger",
            "java.util.concurrent.atomic.AtomicReference",
            "java.lang.StringBuilder",
            "java.lang.ThreadLocal",
            "io.ashlar.core.SeededRandom");
    check(
        fields()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(rolesAndCore())
            .and()
            .areStatic()
            .and(DescribedPredicate.not(EXEMPT_FIELD))
            .should()
            .notHaveRawType(
                DescribedPredicate.describe("mutable", type -> mutable.contains(type.getName())))
            .because("any number of databases live in one JVM"));
  }

  @Test
  void rolesShareNothingBetweenThreads() {
    check(
        fields()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(ROLES)
            .and(DescribedPredicate.not(EXEMPT_FIELD))
            .should()
            .notHaveModifier(JavaModifier.VOLATILE)
            .because("a role is entered by its loop alone"));
    check(
        methods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(ROLES)
            .and(DescribedPredicate.not(EXEMPT.forSubtype()))
            .should()
            .notHaveModifier(JavaModifier.SYNCHRONIZED)
            .because("a role is entered by its loop alone"));
  }

  @Test
  void noOneCanAskWhetherItIsSimulated() {
    check(
        noMethods()
            .that()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackage("io.ashlar.simulation..")
            .should()
            .haveNameMatching("(is|in)(Simulat|Production|Test).*")
            .because("each such question lets what is tested differ from what runs"));
  }

  @Test
  void namesAreNounsOfTheDomain() {
    check(
        noClasses()
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Impl"));
  }

  @Test
  void theRulesLookAtTheWholeProgram() {
    assertThat(CLASSES.size()).isGreaterThan(100);
    assertThat(CLASSES.contain("io.ashlar.host.Host")).isTrue();
    assertThat(CLASSES.contain(Main.class)).isTrue();
  }

  private static String[] rolesAndCore() {
    List<String> packages = new ArrayList<>(List.of(ROLES));
    packages.addAll(List.of(CORE, HOST, MESSAGE));
    return packages.toArray(String[]::new);
  }

  /** A rule about a package that has no classes yet holds. */
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }
}
