import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How Java reads each code point: one line per mapping that changes it, {@code function code-point code-points}. */
class Foldings {
  public static void main(String[] arguments) {
    StringBuilder lines = new StringBuilder("# Java " + Runtime.version().feature() + "\n");
    Locale turkish = Locale.forLanguageTag("tr");
    for (int code = 0; code <= Character.MAX_CODE_POINT; code++) {
      if (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE) continue;
      String text = Character.toString(code);
      Map<String, String> readings = new LinkedHashMap<>();
      readings.put("toLowerCase", text.toLowerCase(Locale.ROOT));
      readings.put("toUpperCase", text.toUpperCase(Locale.ROOT));
      // As String.equalsIgnoreCase documents what it compares.
      readings.put("equalsIgnoreCase", Character.toString(Character.toLowerCase(Character.toUpperCase(code))));
      readings.put("toLowerCaseTurkish", text.toLowerCase(turkish));
      readings.put("toUpperCaseTurkish", text.toUpperCase(turkish));
      for (Map.Entry<String, String> reading : readings.entrySet()) {
        if (reading.getValue().equals(text)) continue;
        lines.append("java.").append(reading.getKey()).append(' ').append(Integer.toHexString(code));
        reading.getValue().codePoints().forEach(each -> lines.append(' ').append(Integer.toHexString(each)));
        lines.append('\n');
      }
    }
    System.out.print(lines);
  }
}
