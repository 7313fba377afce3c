package kleiber.reproduce;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A published study whose numbers can be derived again from its open data. One public record a
 * study, in this package.
 */
public interface Study {
  /** The paper. */
  String source();

  /** The folder of its data inside the folder of all data sets, and where a user gets them. */
  Data data();

  /**
   * Derives the study's numbers again.
   *
   * @param folder with the files that {@link #data} names
   */
  List<Finding> reproduce(Path folder) throws IOException;

  /**
   * Open data of a study.
   *
   * @param folder name of its folder
   * @param files that are read, relative to the folder
   * @param origin where they were published, for a user who has to fetch them
   */
  record Data(String folder, List<String> files, String origin) {
    public Data {
      files = List.copyOf(files);
    }
  }
}
