// What scripts say, in the language of the page: its catalogue stands in the page where that is not English.

const catalogue = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const ORDER = ["zero", "one", "two", "few", "many", "other"];
const rules = new Intl.PluralRules(document.documentElement.lang || "en");
const forms = ORDER.filter((form) => rules.resolvedOptions().pluralCategories.includes(form));

const filled = (text, values) =>
  text.replace(/%\((\w+)\)s|%%/g, (found, name) => (name === undefined ? "%" : (values[name] ?? found)));

/** The message, its %(names)s filled. */
export const t = (message, values = {}) => filled([catalogue[message] ?? message].flat()[0], values);

/** The message in the form that goes with the number n, which fills %(n)s unless `n` is given. */
export function tn(one, many, n, values = {}) {
  const said = catalogue[one] ?? [one, many];
  const place = Array.isArray(catalogue[one]) ? forms.indexOf(rules.select(n)) : Number(n !== 1);
  return filled(said[Math.min(place, said.length - 1)], { n, ...values });
}
