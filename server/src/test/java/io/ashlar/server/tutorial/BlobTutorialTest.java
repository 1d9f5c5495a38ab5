package io.ashlar.server.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.blob.Blob;
import io.ashlar.blob.BlobOptions;
import io.ashlar.blob.BlobOutputStream;
import io.ashlar.blob.BlobReader;
import io.ashlar.blob.BlobSweeper;
import io.ashlar.blob.BlobWriter;
import io.ashlar.blob.Blobs;
import io.ashlar.client.Database;
import io.ashlar.tuple.Subspace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of {@code docs/tutorial-blob.md}. */
@Timeout(120)
final class BlobTutorialTest {
  private static final Subspace SHOP = new Subspace("shop".getBytes(StandardCharsets.UTF_8));
  private static final int FILM_BYTES = 3_000_000;

  @Test
  void filmIsStoredShownAndReplaced() throws IOException {
    try (Database database = Ashlar.inMemory()) {
      Blobs films = new Blobs(SHOP.get("films"), BlobOptions.defaults());
      InputStream upload = new ByteArrayInputStream(new byte[FILM_BYTES]);
      // snippet: write
      try (BlobOutputStream out = films.newWriter(database, "trailer").join().asOutputStream()) {
        upload.transferTo(out);
        out.finish(); // only now it is there
      }
      // end
      OutputStream screen = new ByteArrayOutputStream();
      // snippet: read
      try (InputStream in = films.newReader(database, "trailer").join().asInputStream()) {
        in.transferTo(screen);
      }
      byte[] middle = films.read(database, "trailer", 1_500_000, 1_000).join();
      // end
      assertThat(((ByteArrayOutputStream) screen).size()).isEqualTo(FILM_BYTES);
      assertThat(middle).hasSize(1_000);

      Subspace titles = SHOP.get("titles");
      List<byte[]> parts = List.of(new byte[100_000], new byte[100_000]);
      // snippet: together
      try (BlobWriter writer = films.newWriter(database, "trailer").join()) {
        for (byte[] part : parts) {
          writer.write(part).join(); // waits when the database is slower than we are
        }
        database.run(
            tx -> {
              tx.set(titles.pack("trailer"), "The new one".getBytes(StandardCharsets.UTF_8));
              return writer.finish(tx).join();
            });
      }
      // end
      Blob trailer = films.get(database, "trailer").join();
      assertThat(trailer.length()).isEqualTo(200_000);
      ByteArrayOutputStream shown = new ByteArrayOutputStream();
      // snippet: pieces
      BlobReader reader = films.newReader(database, trailer, 0, trailer.length());
      for (byte[] piece = reader.next().join(); piece != null; piece = reader.next().join()) {
        shown.writeBytes(piece);
      }
      // end
      assertThat(shown.size()).isEqualTo(200_000);
      // snippet: sweep
      films.delete(database, "trailer").join();
      try (BlobSweeper sweeper = films.newSweeper(database)) {
        sweeper.start(); // until it is closed: in a server, one for as long as that runs
      }
      // end
      assertThat(films.get(database, "trailer").join()).isNull();
    }
  }
}
