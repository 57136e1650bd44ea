import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Sends requests with the JDK's client, in each version of HTTP, with a length and in chunks; prints each status. */
class Client {
    /** The arguments are the server's address, then a method, a path and a body for each request. */
    public static void main(String[] arguments) throws Exception {
        for (var version : HttpClient.Version.values()) {
            var client = HttpClient.newBuilder().version(version).build();
            for (int call = 1; call < arguments.length; call += 3) {
                var text = HttpRequest.BodyPublishers.ofString(arguments[call + 2]);
                for (var body : new HttpRequest.BodyPublisher[] {text, HttpRequest.BodyPublishers.fromPublisher(text)}) {
                    var request = HttpRequest.newBuilder(URI.create(arguments[0] + arguments[call + 1]))
                        .header("Content-Type", "application/json").method(arguments[call], body).build();
                    System.out.println(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
                }
            }
        }
    }
}
