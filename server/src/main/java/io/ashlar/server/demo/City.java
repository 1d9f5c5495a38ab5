package io.ashlar.server.demo;

import java.text.Normalizer;
import java.util.Locale;

/**
 * A place of the gazetteer.
 *
 * @param id its number, from 1
 * @param name as it is written there
 * @param country ISO 3166, two letters
 * @param rest the remaining columns, tab-separated: administrative divisions, latitude, longitude
 */
record City(int id, String name, String country, String rest) {
  /** From a line of the file; the inverse of {@link #line}. */
  static City parse(String line) {
    String[] columns = line.split("\t", 4);
    if (columns.length != 4) {
      throw new IllegalArgumentException("not a row of the gazetteer: " + line);
    }
    return new City(Integer.parseInt(columns[0]), columns[1], columns[2], columns[3]);
  }

  String line() {
    return id + "\t" + name + "\t" + country + "\t" + rest;
  }

  /** The same somewhere else. */
  City movedTo(int latitude, int longitude) {
    String[] columns = rest.split("\t", -1);
    columns[columns.length - 2] = Integer.toString(latitude);
    columns[columns.length - 1] = Integer.toString(longitude);
    return new City(id, name, country, String.join("\t", columns));
  }

  /** The {@link Cell} it is in. */
  String cell() {
    String[] columns = rest.split("\t", -1);
    return Cell.of(
        Double.parseDouble(columns[columns.length - 2]),
        Double.parseDouble(columns[columns.length - 1]));
  }

  /** The name as people type it: lower case, without accents. */
  String foldedName() {
    return fold(name);
  }

  static String fold(String name) {
    String decomposed = Normalizer.normalize(name, Normalizer.Form.NFD);
    return decomposed.replaceAll("\\p{M}+", "").toLowerCase(Locale.ROOT);
  }
}
