package io.ashlar.message;

import java.util.List;

/**
 * A role as seen from inside.
 *
 * @param role its name, such as {@code log-server}
 * @param fields in an order that stays
 */
public record RoleStatus(String role, List<StatusField> fields) implements Message {
  public RoleStatus {
    fields = List.copyOf(fields);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.ROLE_STATUS;
  }
}
