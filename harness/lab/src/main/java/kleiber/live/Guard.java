package kleiber.live;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lets in who may look. Without a token the server listens on this machine only, and the name by
 * which it is asked for must be this machine's: a page from elsewhere whose name was made to mean
 * this machine is refused. With a token, whoever has it: in the address once, and in a cookie from
 * then on. Nothing but GET and HEAD is understood.
 */
final class Guard extends Filter {
  private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Set<String> METHODS = Set.of("GET", "HEAD");
  private static final String COOKIE = "kleiber-token";

  private final Optional<String> token;

  /**
   * @param token that is asked for; empty when none is
   */
  Guard(Optional<String> token) {
    this.token = token;
  }

  @Override
  public String description() {
    return "who may look";
  }

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    if (!METHODS.contains(exchange.getRequestMethod())) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      Reply.text(exchange, 405, "Nothing can be changed here: GET and HEAD only.");
    } else if (token.isEmpty() && !asksForThisMachine(exchange.getRequestHeaders())) {
      Reply.text(exchange, 421, "This is served to this machine, by the name localhost.");
    } else if (token.isPresent() && inAddress(exchange.getRequestURI().getRawQuery())) {
      // Out of the address again, so that it is not shown, bookmarked or copied along.
      Headers headers = exchange.getResponseHeaders();
      headers.set("Set-Cookie", COOKIE + "=" + token.get() + "; HttpOnly; SameSite=Strict; Path=/");
      headers.set("Location", exchange.getRequestURI().getRawPath());
      Reply.text(exchange, 303, "The token is known now.");
    } else if (token.isPresent() && !inCookie(exchange.getRequestHeaders())) {
      Reply.text(exchange, 401, "A token is needed: use the address that `kleiber serve` printed.");
    } else {
      chain.doFilter(exchange);
    }
  }

  private static boolean asksForThisMachine(Headers headers) {
    String host = headers.getFirst("Host");
    return host != null && HERE.contains(host.replaceFirst(":\\d+$", ""));
  }

  private boolean inAddress(String query) {
    return query != null
        && List.of(query.split("&")).stream()
            .anyMatch(part -> part.startsWith("token=") && isToken(part.substring(6)));
  }

  private boolean inCookie(Headers headers) {
    return headers.getOrDefault("Cookie", List.of()).stream()
        .flatMap(line -> List.of(line.split(";")).stream())
        .map(String::strip)
        .anyMatch(
            pair -> pair.startsWith(COOKIE + "=") && isToken(pair.substring(COOKIE.length() + 1)));
  }

  /** In a time that does not tell how much of it was right. */
  private boolean isToken(String given) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), token.get().getBytes(StandardCharsets.UTF_8));
  }
}
