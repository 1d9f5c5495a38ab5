package io.ashlar.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NioFilesTest {
  @TempDir Path folder;

  /** A listing during which the file that was not met yet gets the name that it was made for. */
  private static final class Renaming extends NioFiles.Listing {
    private final List<Path> unfinished;

    Renaming(List<Path> unfinished) {
      this.unfinished = unfinished;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (files.isEmpty()) {
        for (Path each : unfinished) {
          if (!each.equals(file)) {
            rename(each);
          }
        }
      }
      return super.visitFile(file, attributes);
    }

    private static void rename(Path file) {
      try {
        Files.move(file, file.resolveSibling(finished(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static String finished(Path file) {
    return file.getFileName().toString().replace(FileDisk.UNFINISHED, "");
  }

  /** Which is what the thread does that reserves space while the disk's own lists a folder. */
  @Test
  void listsAFolderInWhichAFileIsRenamedMeanwhile() throws IOException {
    List<Path> unfinished =
        List.of(
            Files.createFile(folder.resolve("first" + FileDisk.UNFINISHED)),
            Files.createFile(folder.resolve("second" + FileDisk.UNFINISHED)));
    Renaming listing = new Renaming(unfinished);
    Files.walkFileTree(folder, listing);
    // Whichever was met first; the other one by its new name, if at all.
    Path met = listing.files.get(0);
    Path renamed = unfinished.get(1 - unfinished.indexOf(met));
    assertThat(listing.files).doesNotContain(renamed);
    assertThat(new NioFiles().list(folder))
        .containsExactlyInAnyOrder(met, renamed.resolveSibling(finished(renamed)));
  }

  @Test
  void whatIsGoneWhenAListingGetsToItIsLeftOut() throws IOException {
    NioFiles.Listing listing = new NioFiles.Listing();
    Path gone = folder.resolve("gone");
    assertThat(listing.visitFileFailed(gone, new NoSuchFileException("gone")))
        .isEqualTo(FileVisitResult.CONTINUE);
    assertThat(listing.files).isEmpty();
  }

  @Test
  void whatCannotBeReadFailsAListing() {
    NioFiles.Listing listing = new NioFiles.Listing();
    IOException refused = new AccessDeniedException("secret");
    assertThatThrownBy(() -> listing.visitFileFailed(folder, refused)).isSameAs(refused);
  }

  @Test
  void listsFilesAtAnyDepthAndNothingWhereThereIsNoFolder() throws IOException {
    NioFiles files = new NioFiles();
    files.createFolders(folder.resolve("a/b"));
    Path deep = Files.createFile(folder.resolve("a/b/file"));
    Path flat = Files.createFile(folder.resolve("file"));
    assertThat(files.list(folder)).containsExactlyInAnyOrder(deep, flat);
    assertThat(files.list(folder.resolve("absent"))).isEmpty();
  }
}
