package io.ashlar.simulation.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test once for each of many seeds, on a whole cluster that is simulated in this JVM and
 * suffers faults: processes die, machines lose their power, connections break, messages are late,
 * clocks are wrong. Everything comes from the seed, so a failure can be had again.
 *
 * <p>On a method it makes that a test; on a class it is for all methods with {@link SimulatedTest}.
 *
 * <pre>{@code
 * @SimulatedCluster(seeds = 100)
 * void noMoneyIsLost(Simulated cluster, Database db) {
 *   Bank bank = new Bank(db);
 *   bank.open("ann", 500);
 *   bank.open("bob", 500);
 *   List<SimulatedProgram<?>> tellers = new ArrayList<>();
 *   for (int i = 0; i < 3; i++) {
 *     tellers.add(cluster.spawn("teller-" + i, client -> {
 *       while (client.isBusy()) {
 *         new Bank(client.database()).transfer("ann", "bob", client.random().nextInt(10));
 *       }
 *       return null;
 *     }));
 *   }
 *   tellers.forEach(SimulatedProgram::join);
 *   assertEquals(1000, bank.total());
 * }
 * }</pre>
 *
 * <p>A test method takes any of these as parameters: {@link io.ashlar.simulation.Simulated} (the
 * run: its clients, {@code spawn}, virtual time), {@link io.ashlar.client.Database} (the first
 * client's), {@code List<Database>} (those of all lasting clients), {@link
 * io.ashlar.client.Environment}, {@link io.ashlar.simulation.SimulatedFaults}, {@link
 * java.util.random.RandomGenerator}. So do {@code @BeforeEach} and {@code @AfterEach} methods.
 *
 * <p>Everything of it runs in the simulation, where it may wait for futures of the database, and
 * for nothing else: {@code @BeforeEach} before the first fault, the test itself while faults go on,
 * {@code @AfterEach} when they have ended and every spawned program has returned.
 *
 * <p>Each seed is an invocation of its own, with an instance of its own; so what one does is never
 * seen by the next, and with JUnit's parallel execution seeds run beside each other. After the
 * first seed that fails no others are begun. To run a seed again: {@code -Dashlar.seed=17}, the
 * environment variable {@code ASHLAR_SEED=17}, or {@code seed = 17} here; several are {@code
 * 3,17,20..30}. An IDE takes the first as an option of the JVM.
 *
 * <p>The message of a failure has the line that runs its seed again. Two files are left below
 * {@code target} or {@code build}: a page that shows what happened when, and a text with what was
 * drawn, what happened, and the last events; with {@code -Dashlar.trace=true} every event. What a
 * program {@linkplain io.ashlar.simulation.SimulatedClient#note notes} is in both.
 *
 * <p>A seed takes some tenths of a second, by {@code busySeconds} and what the test does meanwhile.
 * A test of a hundred is over sooner with {@code -XX:TieredStopAtLevel=1}, since the JVM then does
 * not compile at length what is used for a minute.
 */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@TestTemplate
@ExtendWith(SimulationExtension.class)
public @interface SimulatedCluster {
  /** How many seeds are run; at least 1. */
  int seeds() default 100;

  /** The first of them; the others follow. */
  long firstSeed() default 1;

  /** These seeds and no others: to keep one that has found something. */
  long[] seed() default {};

  /**
   * Which kinds of faults may happen, by name: some, or with a minus all but some, or {@code none};
   * default all. Names are such as {@code kill}, {@code cut}, {@code partition}, {@code pause},
   * {@code wall-clock} and {@code disk-loss}; docs/fault-model.md says what they do. Unknown names
   * are refused with a list of what there is. Which a seed has of these, and how often, it draws.
   */
  String[] faults() default {};

  /** How many times as often as is drawn; 1 to 100. */
  int faultFactor() default 1;

  /**
   * Virtual seconds in which faults go on, unless the test stops them; 1 to 3,600. As long {@link
   * io.ashlar.simulation.SimulatedClient#isBusy} holds.
   */
  int busySeconds() default 10;

  /**
   * How many clients there are that faults neither kill nor pause, the test's own included; 1 to
   * 100. Programs that are spawned have clients of their own.
   */
  int clients() default 1;

  /** Virtual seconds within which a test must end when faults have ended; 1 to 1,000,000. */
  int calmSecondsMax() default 600;

  /**
   * Real seconds for which code may do something else than to wait for the database: after that it
   * is reported where it stands. 0 for ever, as when a debugger is attached.
   */
  int blockedSecondsMax() default 30;

  /** When so many seeds have failed no others are begun; at least 1. */
  int failuresMax() default 1;

  /**
   * Whether each seed is run twice and must give the same run: finds tests that take something from
   * outside of the simulation, whose failures could not be had again.
   */
  boolean twice() default false;
}
