package kleiber.live;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Answers to requests, with the headers that every one of them has. */
final class Reply {
  /** Pages of ours, which load scripts and styles from us alone. */
  static final String OWN =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"
          + " data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** Pages that carry everything in them, and ask for nothing. */
  private static final String SELF_CONTAINED =
      "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src"
          + " 'unsafe-inline'; img-src data: blob:; font-src data:; base-uri 'none'; form-action"
          + " 'none'; frame-ancestors 'self'";

  private static final String BYTES = "application/octet-stream";
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("json", "application/json"),
          Map.entry("csv", "text/csv; charset=utf-8"),
          Map.entry("jsonl", "text/plain; charset=utf-8"),
          Map.entry("md", "text/plain; charset=utf-8"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("yaml", "text/plain; charset=utf-8"));

  private Reply() {}

  /** What a file is, by its name. */
  static String type(String name) {
    String end = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return TYPES.getOrDefault(end, BYTES);
  }

  static void text(HttpExchange exchange, int status, String sentence) throws IOException {
    bytes(
        exchange,
        status,
        "text/plain; charset=utf-8",
        OWN,
        (sentence + "\n").getBytes(StandardCharsets.UTF_8));
  }

  static void bytes(HttpExchange exchange, int status, String type, String policy, byte[] body)
      throws IOException {
    begin(exchange, status, type, policy, body.length);
    if (!exchange.getRequestMethod().equals("HEAD")) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  /** A file, as it is at this moment: one that grows meanwhile is sent up to its length now. */
  static void file(HttpExchange exchange, Path file) throws IOException {
    String name = file.getFileName().toString();
    String type = type(name);
    if (type.equals(BYTES)) {
      exchange.getResponseHeaders().set("Content-Disposition", "attachment");
    }
    try (InputStream in = Files.newInputStream(file)) {
      long left = Files.size(file);
      begin(exchange, 200, type, SELF_CONTAINED, left);
      if (exchange.getRequestMethod().equals("HEAD") || left == 0) {
        return;
      }
      try (OutputStream out = exchange.getResponseBody()) {
        byte[] buffer = new byte[1 << 16];
        while (left > 0) {
          int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
          if (read < 0) {
            throw new IOException(name + " became shorter while it was sent");
          }
          out.write(buffer, 0, read);
          left -= read;
        }
      }
    }
  }

  /** Something without an end, told line by line. */
  static OutputStream stream(HttpExchange exchange, String type) throws IOException {
    headers(exchange, type, OWN);
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  private static void begin(
      HttpExchange exchange, int status, String type, String policy, long length)
      throws IOException {
    headers(exchange, type, policy);
    boolean empty = length == 0 || exchange.getRequestMethod().equals("HEAD");
    if (empty) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
    }
    exchange.sendResponseHeaders(status, empty ? -1 : length);
  }

  private static void headers(HttpExchange exchange, String type, String policy) {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Content-Security-Policy", policy);
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
  }
}
