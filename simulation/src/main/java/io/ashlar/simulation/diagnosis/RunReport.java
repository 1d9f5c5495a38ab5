package io.ashlar.simulation.diagnosis;

import java.util.List;
import java.util.Map;

/**
 * What is told of a run beside its course.
 *
 * @param title in a few words
 * @param verdict in one or two words
 * @param passed whether nothing was wrong
 * @param failure what was wrong, or null
 * @param replay the command that does it again
 * @param facts numbers about it, by name
 * @param faults how often each kind happened
 * @param plan what was drawn, line by line
 * @param lastEvents the last lines of its trace
 */
public record RunReport(
    String title,
    String verdict,
    boolean passed,
    String failure,
    String replay,
    Map<String, String> facts,
    Map<String, Long> faults,
    List<String> plan,
    List<String> lastEvents) {}
