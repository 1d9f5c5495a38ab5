package io.ashlar.message;

/**
 * One line of a {@link RoleStatus}.
 *
 * @param name lower case with dashes
 * @param value a number or words
 */
public record StatusField(String name, String value) {}
