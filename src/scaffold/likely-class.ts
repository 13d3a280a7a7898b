import type { Known } from './guess-columns.ts'
import type { ColumnProfile } from './profile-file.ts'

/** How sensitive a column probably is, by its name and its values. In doubt the stricter: its owner can open it. */
export function likelyClass(
  name: string,
  { samples }: ColumnProfile,
  { classes, defaultClass }: Known,
): { readonly class: string; readonly because?: string } {
  const [confidential, personal] = [pick(classes, 'confidential', -2), pick(classes, 'personal', -1)]
  for (const { values, says } of valueForms) {
    if (samples.length > 0 && samples.every(s => values.test(s)))
      return { class: personal, because: `looks like ${says}` }
  }
  for (const { names, says } of personalNames) {
    if (names.test(name)) return { class: personal, because: `is called like ${says}` }
  }
  if (/(^|_)(salary|wage|income|fare|price|cost|revenue|margin|balance|amount)(_|$)/.test(name)) {
    return { class: confidential, because: 'is called like money' }
  }
  return { class: defaultClass }
}

/** By its usual name, else by its place from the strict end. */
const pick = (classes: readonly string[], id: string, place: number): string =>
  classes.includes(id) ? id : (classes.at(place) ?? classes.at(-1) ?? id)

const valueForms = [
  { values: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, says: 'e-mail addresses' },
  { values: /^\+[0-9][0-9 ()/.-]{6,}$/, says: 'phone numbers' },
  { values: /^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/, says: 'bank accounts' },
  { values: /^(\d{1,3}\.){3}\d{1,3}$/, says: 'network addresses' },
  { values: /^\d{3}-\d{2}-\d{4}$/, says: 'social security numbers' },
]

const personalNames = [
  { names: /(^|_)e?_?mail(_|$)/, says: 'an e-mail address' },
  { names: /(^|_)(phone|mobile|fax|tel)(_|$)/, says: 'a phone number' },
  {
    names:
      /(^|_)(full|first|last|given|family|sur|middle|maiden)_?name(_|$)|^name_of_|(customer|passenger|patient|employee|person|user|contact)_name$/,
    says: 'a name of a person',
  },
  { names: /(^|_)(birth|born|dob)/, says: 'a birthday' },
  { names: /(^|_)(ssn|passport|iban|tax_id|licen[cs]e_no|national_id|social_security)/, says: 'a number of a person' },
  { names: /(^|_)(street|address|zip|zip_code|postal_code|postcode)(_|$)/, says: 'an address' },
  { names: /(^|_)(ip|ip_address|device_id|cookie)(_|$)/, says: 'a device of a person' },
  { names: /(^|_)(gender|religion|ethnicity|health|diagnosis)(_|$)/, says: 'something private' },
  {
    names: /(^|_)(customer|passenger|patient|employee|person|user|member)_(id|no|number)$/,
    says: 'a number of a person',
  },
]
