package io.ashlar.server.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The places of the world that come with the program; see NOTICE for where they are from. */
final class Gazetteer {
  private static final String RESOURCE = "/io/ashlar/server/cities.tsv.gz";

  private Gazetteer() {}

  /** All places, in the order of the file. */
  static List<City> load() throws IOException {
    try (InputStream file = Gazetteer.class.getResourceAsStream(RESOURCE)) {
      if (file == null) {
        throw new IOException("the program was built without " + RESOURCE);
      }
      BufferedReader rows =
          new BufferedReader(
              new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8));
      return rows.lines().skip(1).map(City::parse).toList();
    }
  }
}
