/** The shell: parses lines as fdbcli does, and runs them against a database. */
package io.ashlar.server.shell;
