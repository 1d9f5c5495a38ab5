package io.ashlar.message;

/** Asks any role for what people want to know of it: {@link RoleStatus}. */
public record GetRoleStatus() implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.GET_ROLE_STATUS;
  }
}
