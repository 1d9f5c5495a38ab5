/** The guided tour: each of its claims is checked before it is printed. */
package io.ashlar.server.demo;
