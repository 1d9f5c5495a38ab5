package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import java.util.Base64;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * What a session has seen of a database: everything up to a version that is known to be committed.
 * A value that can be kept, sent to another machine and given to a session there, as {@linkplain
 * #toBytes 29 bytes} or as {@linkplain #toString text}.
 *
 * <p>It is no secret and no proof: whoever can make one up can make a session wait for a version
 * that never comes. Do not take it from those you do not trust without a signature of your own.
 *
 * @param databaseId of the database; {@link Uid#NONE} together with version 0
 * @param version the newest version that was seen; 0 when nothing was
 */
public record SessionToken(Uid databaseId, long version) {
  /** Of a session that has seen nothing; good for every database. */
  public static final SessionToken NOTHING = new SessionToken(Uid.NONE, 0);

  private static final int FORMAT = 1;
  private static final int LENGTH = 29;
  private static final int CHECKED = LENGTH - Integer.BYTES;

  /**
   * A token of what {@link #version} says.
   *
   * @throws AshlarException {@code session_token_invalid} (7011) for a version below 0, and when
   *     only one of the two says "nothing"
   */
  public SessionToken {
    Objects.requireNonNull(databaseId, "the database's id is null");
    if (version < 0) {
      throw invalid("its version is " + version);
    }
    if ((version == 0) != databaseId.equals(Uid.NONE)) {
      throw invalid("version " + version + " of database " + databaseId);
    }
  }

  /** The token as bytes: a format byte, the id, the version, and a checksum over these. */
  public byte[] toBytes() {
    Bytes checked =
        new ByteWriter(LENGTH).putByte(FORMAT).putUid(databaseId).putLong(version).toBytes();
    return new ByteWriter(LENGTH).putRaw(checked).putInt(checksum(checked)).toBytes().toArray();
  }

  private static int checksum(Bytes checked) {
    CRC32C crc = new CRC32C();
    crc.update(checked.toArray());
    return (int) crc.getValue();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws AshlarException {@code session_token_invalid} (7011) for anything else; the message
   *     says what is wrong with it
   */
  public static SessionToken parse(byte[] bytes) {
    if (bytes.length == 0) {
      throw invalid("it is empty");
    }
    if (bytes[0] != FORMAT) {
      throw invalid("its format is " + (bytes[0] & 0xff) + ", known is " + FORMAT);
    }
    if (bytes.length != LENGTH) {
      throw invalid("it has " + bytes.length + " bytes, not " + LENGTH);
    }
    Bytes all = Bytes.copyOf(bytes);
    ByteReader reader = new ByteReader(all.slice(1, LENGTH));
    Uid databaseId = reader.getUid();
    long version = reader.getLong();
    if (reader.getInt() != checksum(all.slice(0, CHECKED))) {
      throw invalid("its checksum does not fit: it was cut or changed on its way");
    }
    return new SessionToken(databaseId, version);
  }

  /** The bytes in the URL-safe letters of Base64, without padding. */
  @Override
  public String toString() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(toBytes());
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws AshlarException as {@link #parse(byte[])}
   */
  public static SessionToken parse(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new AshlarException(
          ErrorCode.SESSION_TOKEN_INVALID,
          "the session token: it is no text of a token, which has 39 letters, digits, `-' and `_'",
          e);
    }
    SessionToken token = parse(bytes);
    // The last letter has two bits that no byte has: other letters there would be the same bytes.
    if (!token.toString().equals(text)) {
      throw invalid("its text was changed at the end");
    }
    return token;
  }

  static AshlarException invalid(String why) {
    return new AshlarException(ErrorCode.SESSION_TOKEN_INVALID, "the session token: " + why);
  }

  /** Why it is refused by a database. */
  static AshlarException ofAnother(Uid tokens, Uid there) {
    return invalid("it is of database " + tokens + ", and this is " + there);
  }
}
