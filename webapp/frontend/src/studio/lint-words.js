export function inWords(rule, report) {
  return report.message;
}
