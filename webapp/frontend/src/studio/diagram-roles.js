// Candidate groups, `role@organisation`, read apart and put together: as plain text ("office@370000, director") or as
// FEEL (`="city_officer@" + city`, `=["a@" + x, "b@" + y]`). What is written in another way is left alone.

const PART = /^"([a-z_]+)@?"(?:\s*\+\s*([a-z_]+))?$|^"([a-z_]+)@([^"]+)"$/;

/** The groups as [{role, organisation, variable}], or null when they cannot be read apart. */
export function candidates(written) {
  const text = (written ?? "").trim();
  if (!text) return [];
  if (!text.startsWith("=")) return text.split(",").map((part) => plain(part.trim()));
  const inner = text.slice(1).trim().replace(/^\[|\]$/g, "");
  const found = inner.split(",").map((part) => PART.exec(part.trim()));
  if (found.some((each) => !each)) return null;
  return found.map(([, role, variable, fixedRole, organisation]) =>
    fixedRole ? { role: fixedRole, organisation } : { role, variable });
}

/** Whether groups are there that cannot be read apart. */
export const unread = (groups) => groups === null;

function plain(part) {
  const [role, organisation] = part.split("@");
  return { role, organisation };
}

/** What an entry shows for the place of a group: its organisation, or `=variable`. */
export function readPlace(group) {
  if (!group) return undefined;
  return group.variable ? `=${group.variable}` : group.organisation;
}

/** A place that was chosen, as part of a group. */
export function place(value) {
  if (value?.startsWith("=")) return { variable: value.slice(1), organisation: undefined };
  return { organisation: value, variable: undefined };
}

/** Groups as the file has them: plain text as long as no variable is in it. */
export function writeGroups(groups) {
  const used = groups.filter(({ role }) => role);
  if (!used.length) return undefined;
  if (!used.some(({ variable }) => variable)) {
    return used.map(({ role, organisation }) => (organisation ? `${role}@${organisation}` : role)).join(",");
  }
  const parts = used.map(({ role, organisation, variable }) =>
    variable ? `"${role}@" + ${variable}` : `"${organisation ? `${role}@${organisation}` : role}"`);
  return parts.length === 1 ? `=${parts[0]}` : `=[${parts.join(", ")}]`;
}

/** Roles as choices. */
export function roleChoices(roles) {
  return roles.map(({ id, label }) => ({ value: id, label }));
}
