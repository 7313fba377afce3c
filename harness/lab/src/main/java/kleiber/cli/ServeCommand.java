package kleiber.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import kleiber.experiment.Experiment;
import kleiber.experiment.UserException;
import kleiber.live.GridReader;
import kleiber.live.LiveServer;
import kleiber.run.RunStore;
import kleiber.run.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A grid in a browser. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Show in a browser how a grid comes along, with the report of what is there: the page follows"
          + " by itself. Everything is read, nothing is changed, and nothing outside DIR is"
          + " served.",
      "Ends with Ctrl-C."
    })
final class ServeCommand implements Callable<Integer> {
  private static final int TOKEN_BYTES = 16;

  @Mixin private ResultsArguments arguments;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Where to listen; 0 takes a port that is free. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description =
          "Listen to other machines too, such as 0.0.0.0 for all networks: the printed address then"
              + " carries a token without which nobody is let in. The line is not encrypted; for"
              + " that, tunnel: ssh -L 8080:localhost:8080.")
  private Optional<String> bind = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (port < 0 || port > 65_535) {
      throw new UserException("--port is " + port + " but must be 0 to 65535");
    }
    Experiment experiment = arguments.read();
    InetSocketAddress address = address();
    Optional<String> token =
        address.getAddress().isLoopbackAddress() ? Optional.empty() : Optional.of(token());
    RunStore store = new RunStore(arguments.folder());
    GridReader reader = new GridReader(experiment, store, PeakCache.PEAKS);
    CountDownLatch end = new CountDownLatch(1);
    Signals.on(end::countDown, "INT", "TERM", "HUP");
    try (LiveServer server = LiveServer.start(address, token, experiment, store, reader)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(experiment.name() + ": " + url(server.address(), token) + "   (Ctrl-C ends it)");
      out.flush();
      end.await();
    } catch (BindException e) {
      throw new UserException(
          "cannot listen on %s: %s; give another --port, or 0 for any that is free"
              .formatted(url(address, Optional.empty()), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private InetSocketAddress address() {
    try {
      InetAddress where =
          bind.isEmpty() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(bind.get());
      return new InetSocketAddress(where, port);
    } catch (UnknownHostException e) {
      throw new UserException(
          "--bind " + bind.get() + " is no address here; expected one such as 0.0.0.0", e);
    }
  }

  private static String token() {
    byte[] token = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    return HexFormat.of().formatHex(token);
  }

  private static String url(InetSocketAddress address, Optional<String> token) {
    InetAddress where = address.getAddress();
    String host = where.getHostAddress();
    if (where.isLoopbackAddress()) {
      host = "localhost";
    } else if (where.isAnyLocalAddress()) {
      host = hostName();
    } else if (host.indexOf(':') >= 0) {
      host = "[" + host.replaceFirst("%.*", "") + "]";
    }
    return "http://%s:%d/%s"
        .formatted(host, address.getPort(), token.map(text -> "?token=" + text).orElse(""));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
