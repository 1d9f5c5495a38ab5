/** Benchmarks: each a program of its own with a text and a JSON output, and its yardsticks. */
package io.ashlar.benchmarks;
