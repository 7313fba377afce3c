package kleiber.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import kleiber.experiment.UserException;
import kleiber.run.Finding.Check;
import kleiber.train.Facts;

/** Checks the runs in an experiment's folder by what is stored there, and trains nothing. */
public final class StoreAudit {
  private static final String ID = "[0-9a-f]{16}";

  private final RunStore store;
  private final List<StoredRun> runs;
  private final List<Finding> findings = new ArrayList<>();

  private StoreAudit(RunStore store, List<StoredRun> runs) {
    this.store = store;
    this.runs = runs;
  }

  /**
   * Every cell of the experiment, its provenance, and every file of every run in the folder.
   *
   * @param runs of the experiment, as they are stored
   * @throws IOException when the folder itself cannot be listed
   */
  public static List<Finding> of(RunStore store, List<StoredRun> runs) throws IOException {
    StoreAudit audit = new StoreAudit(store, runs);
    runs.forEach(audit::cell);
    audit.files();
    audit.provenance();
    return audit.findings;
  }

  private void cell(StoredRun run) {
    String id = run.run().id();
    String reason = run.reason().orElse("");
    switch (run.state()) {
      case FAILED -> differs(Check.CELL, id, "it failed: " + reason);
      case MISSING ->
          differs(
              Check.CELL,
              id,
              !reason.isEmpty()
                  ? reason
                  : store.draft(run.run()).isPresent()
                      ? "it is unfinished: its training goes on, or was interrupted"
                      : "it is not there");
      case DIVERGED -> findings.add(Finding.agrees(Check.CELL, id));
      case DONE -> {
        long steps = run.run().spec().steps();
        long last = run.checkpoints().isEmpty() ? 0 : run.checkpoints().getLast().step();
        if (last == steps) {
          findings.add(Finding.agrees(Check.CELL, id));
        } else {
          differs(Check.CELL, id, "it is done, but its log ends at step " + last + " of " + steps);
        }
      }
    }
  }

  private void files() throws IOException {
    for (Path own : Disk.list(store.runs())) {
      String id = own.getFileName().toString();
      if (id.matches(ID)) {
        try {
          files(id, own);
        } catch (IOException e) {
          differs(Check.FILE, place(id, ""), "it cannot be read: " + Failure.sentence(e));
        }
      }
    }
  }

  private void files(String id, Path own) throws IOException {
    Map<String, String> now = FileSums.of(own).sha256();
    // The id is the hash of the spec: this much is known of every run.
    if (!now.getOrDefault(RunStore.SPEC, "").startsWith(id)) {
      differs(Check.FILE, place(id, RunStore.SPEC), "its SHA-256 does not begin with the run's id");
    } else {
      findings.add(Finding.agrees(Check.FILE, place(id, RunStore.SPEC)));
    }
    if (!Files.exists(own.resolve(FileSums.FILE))) {
      findings.add(
          Finding.notChecked(
              Check.FILE,
              place(id, ""),
              "no checksums: there is no " + FileSums.FILE + ", as in runs of older versions"));
      return;
    }
    Map<String, String> then;
    try {
      then = FileSums.published(own).sha256();
    } catch (UserException e) {
      differs(Check.FILE, place(id, FileSums.FILE), e.getMessage());
      return;
    }
    TreeSet<String> names = new TreeSet<>(then.keySet());
    names.addAll(now.keySet());
    names.remove(RunStore.SPEC);
    for (String name : names) {
      if (!now.containsKey(name)) {
        differs(Check.FILE, place(id, name), "it is not there");
      } else if (!then.containsKey(name)) {
        differs(Check.FILE, place(id, name), "the run was published without it");
      } else if (!then.get(name).equals(now.get(name))) {
        differs(Check.FILE, place(id, name), "its SHA-256 is not that with which it was published");
      } else {
        findings.add(Finding.agrees(Check.FILE, place(id, name)));
      }
    }
  }

  private static String place(String id, String name) {
    return "runs/" + id + "/" + name;
  }

  private void provenance() {
    CorpusDigests digests = new CorpusDigests();
    for (StoredRun run : runs) {
      if (run.state().isFinal()) {
        Optional<String> fault = fault(run, digests);
        if (fault.isPresent()) {
          differs(Check.PROVENANCE, run.run().id(), fault.get());
        } else {
          findings.add(Finding.agrees(Check.PROVENANCE, run.run().id()));
        }
      }
    }
  }

  private Optional<String> fault(StoredRun run, CorpusDigests digests) {
    Facts facts = run.facts().orElseThrow();
    Optional<Provenance> origin = store.provenance(run.run());
    if (origin.isEmpty()) {
      return Optional.of(RunStore.PROVENANCE + " is not there or cannot be read");
    }
    if (!origin.get().corpora().equals(corpora(facts))) {
      return Optional.of(
          "%s names other text than %s".formatted(RunStore.PROVENANCE, RunStore.FACTS));
    }
    try {
      digests.note(run.run(), facts);
      return Optional.empty();
    } catch (UserException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** As {@link Provenance#corpora} has them. */
  private static Map<String, String> corpora(Facts facts) {
    Map<String, String> corpora = new HashMap<>();
    corpora.put("training", facts.corpusDigest());
    facts.heldOut().forEach((name, set) -> corpora.put("heldOut." + name, set.digest()));
    return corpora;
  }

  private void differs(Check check, String of, String why) {
    findings.add(Finding.differs(check, of, why));
  }
}
