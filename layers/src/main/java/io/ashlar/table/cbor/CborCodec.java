package io.ashlar.table.cbor;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import io.ashlar.table.RecordCodec;
import io.ashlar.table.RowCodec;
import io.ashlar.tuple.Tuple;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;

/**
 * Rows that are Java records, as CBOR (RFC 8949): a map of the names and values of their
 * components, which programs in any language can read. Records are as with {@link RecordCodec}: the
 * types of components that it knows, and the ways in which they may change; but a table of the one
 * encoding is not read with the other. UUIDs are bytes with tag 37, large integers have tags 2 and
 * 3. Null components are left out. Thread-safe.
 */
public final class CborCodec<R extends Record> implements RowCodec<R> {
  private static final int UUID_TAG = 37;

  private final CBORFactory factory = new CBORFactory();
  private final RecordCodec<R> records;

  private CborCodec(RecordCodec<R> records) {
    this.records = records;
  }

  /**
   * A codec for {@code type}.
   *
   * @throws IllegalArgumentException when a component is of a type that is not known, or of one
   *     that has the record itself within it
   */
  public static <R extends Record> CborCodec<R> of(Class<R> type) {
    return new CborCodec<>(RecordCodec.of(type));
  }

  @Override
  public String name() {
    return "cbor";
  }

  @Override
  public SortedMap<String, String> components() {
    return records.components();
  }

  @Override
  public byte[] encode(R row) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CBORGenerator out = factory.createGenerator(bytes)) {
      write(out, records.toTuple(row));
    } catch (IOException e) {
      throw new IllegalArgumentException("the row has no encoding: " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }

  /** Records are tuples of names and values in turn, and lists are lists. */
  private static void write(CBORGenerator out, Object element) throws IOException {
    if (element instanceof Tuple record) {
      List<Object> items = record.getItems();
      out.writeStartObject(null, items.size() / 2);
      for (int i = 0; i < items.size(); i += 2) {
        out.writeFieldName((String) items.get(i));
        write(out, items.get(i + 1));
      }
      out.writeEndObject();
    } else if (element instanceof List<?> list) {
      out.writeStartArray(null, list.size());
      for (Object one : list) {
        write(out, one);
      }
      out.writeEndArray();
    } else if (element instanceof UUID uuid) {
      out.writeTag(UUID_TAG);
      out.writeBinary(
          ByteBuffer.allocate(2 * Long.BYTES)
              .putLong(uuid.getMostSignificantBits())
              .putLong(uuid.getLeastSignificantBits())
              .array());
    } else {
      writeScalar(out, element);
    }
  }

  private static void writeScalar(JsonGenerator out, Object element) throws IOException {
    if (element == null) {
      out.writeNull();
    } else if (element instanceof String text) {
      out.writeString(text);
    } else if (element instanceof byte[] bytes) {
      out.writeBinary(bytes);
    } else if (element instanceof Boolean flag) {
      out.writeBoolean(flag);
    } else if (element instanceof Double real) {
      out.writeNumber(real.doubleValue());
    } else if (element instanceof Float real) {
      out.writeNumber(real.floatValue());
    } else if (element instanceof BigInteger large) {
      out.writeNumber(large);
    } else if (element instanceof Number whole) {
      out.writeNumber(whole.longValue());
    } else {
      throw new IllegalStateException("records give no " + element.getClass().getName());
    }
  }

  @Override
  public R decode(byte[] bytes) {
    try (CBORParser in = factory.createParser(bytes)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("a row in CBOR is a map, not " + in.currentToken());
      }
      Tuple record = Tuple.fromList(readMap(in));
      if (in.nextToken() != null) {
        throw new IllegalArgumentException("there is something behind the row: " + record);
      }
      return records.fromTuple(record);
    } catch (IOException e) {
      throw new IllegalArgumentException("not CBOR: " + e.getMessage(), e);
    }
  }

  /** Names and values in turn, without those that are null. */
  private static List<Object> readMap(CBORParser in) throws IOException {
    List<Object> elements = new ArrayList<>();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      in.nextToken();
      Object value = read(in);
      if (value != null) {
        elements.add(name);
        elements.add(value);
      }
    }
    return elements;
  }

  private static List<Object> readList(CBORParser in) throws IOException {
    List<Object> elements = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      elements.add(read(in));
    }
    return elements;
  }

  private static Object read(CBORParser in) throws IOException {
    JsonToken token = in.currentToken();
    if (token == null) {
      throw new IllegalArgumentException("the row ends within a value");
    }
    return switch (token) {
      case START_OBJECT -> readMap(in);
      case START_ARRAY -> readList(in);
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> in.getText();
      case VALUE_NUMBER_INT -> readInteger(in);
      case VALUE_NUMBER_FLOAT -> readReal(in);
      case VALUE_EMBEDDED_OBJECT -> readBytes(in);
      default -> throw new IllegalArgumentException("a row has no " + token);
    };
  }

  private static Object readInteger(CBORParser in) throws IOException {
    return switch (in.getNumberType()) {
      case BIG_INTEGER -> in.getBigIntegerValue();
      default -> in.getLongValue();
    };
  }

  private static Object readReal(CBORParser in) throws IOException {
    return switch (in.getNumberType()) {
      case FLOAT -> in.getFloatValue();
      case DOUBLE -> in.getDoubleValue();
      default -> throw new IllegalArgumentException("a row has no " + in.getNumberType());
    };
  }

  private static Object readBytes(CBORParser in) throws IOException {
    boolean isUuid = in.getCurrentTag() == UUID_TAG;
    byte[] bytes = in.getBinaryValue();
    if (!isUuid) {
      return bytes;
    }
    if (bytes.length != 2 * Long.BYTES) {
      throw new IllegalArgumentException("a UUID has 16 bytes, not " + bytes.length);
    }
    ByteBuffer both = ByteBuffer.wrap(bytes);
    return new UUID(both.getLong(), both.getLong());
  }
}
