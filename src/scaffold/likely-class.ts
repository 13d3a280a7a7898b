import type { Known } from './known.ts'

/** How sensitive a column probably is. */
export interface LikelyClass {
  readonly class: string
  /** Ends the sentence that begins with the column: `looks like e-mail addresses`. */
  readonly because?: string
  /** It tells of a person only where the row names one: the table's other columns decide. */
  readonly beside?: true
}

/** By its name and its values. In doubt the stricter: its owner can open it. */
export function likelyClass(name: string, samples: readonly string[], known: Known): LikelyClass {
  const personal = strictest(known, 'personal')
  const form = valueForms.find(({ values }) => mostOf(samples, values))
  if (form !== undefined) return { class: personal, because: `looks like ${form.says}` }
  const called = personalNames.find(({ names }) => names.test(name))
  if (called !== undefined) return { class: personal, because: `is called like ${called.says}` }
  if (money.test(name))
    return { class: strictest(known, 'confidential'), because: 'is called like money of the business' }
  const beside = besidePeople.find(({ names }) => names.test(name))
  if (beside !== undefined) return { class: personal, because: `is ${beside.says} of a person`, beside: true }
  return { class: known.defaultClass }
}

/** One odd value does not make a column of addresses harmless. */
const mostOf = (samples: readonly string[], form: RegExp) =>
  samples.length > 0 && samples.filter(sample => form.test(sample.trim())).length * 2 > samples.length

/** By its usual name, else by its place from the strict end. */
const strictest = ({ classes, defaultClass }: Known, id: 'confidential' | 'personal'): string =>
  classes.includes(id) ? id : (classes.at(id === 'personal' ? -1 : -2) ?? classes.at(-1) ?? defaultClass)

const valueForms = [
  { values: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, says: 'e-mail addresses' },
  { values: /^(\+|00)[1-9][0-9 ()/.-]{6,}$/, says: 'phone numbers' },
  { values: /^[A-Z]{2}[0-9]{2} ?([A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}$/, says: 'bank accounts' },
  { values: /^((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)$/, says: 'network addresses' },
  { values: /^\d{3}-\d{2}-\d{4}$/, says: 'social security numbers' },
]

const word = (words: string) => new RegExp(`(^|_)(${words})(_|$)`)
const personalNames = [
  { names: word('e_?mail|mail_address'), says: 'an e-mail address' },
  { names: word('phone|telephone|telefon|mobile|handy|fax|tel'), says: 'a phone number' },
  {
    names:
      /(^|_)(full|first|last|given|family|sur|middle|maiden)_?name(_|$)|(^|_)(customer|passenger|patient|employee|person|user|contact|member|guest)_name$|^(vor|nach)name$/,
    says: 'the name of a person',
  },
  { names: /(^|_)(birth|birthday|birthdate|born|dob|geburt)/, says: 'a birthday' },
  {
    names: word('ssn|passport|passport_no|iban|tax_id|licen[cs]e_no|national_id|social_security'),
    says: 'a number of a person',
  },
  { names: word('street|strasse|home_address|postal_address'), says: 'an address' },
  { names: word('ip_address|device_id|cookie|cookie_id'), says: 'a device of a person' },
  { names: word('religion|ethnicity|diagnosis'), says: 'something private' },
  {
    names: /(^|_)(customer|passenger|patient|employee|person|user|member|guest)_(id|no|nr|number)$/,
    says: 'a number of a person',
  },
]

const money = word('salary|wage|wages|revenue|profit|margin|balance|fare|cost')

const besidePeople = [
  { names: word('zip|zip_code|zipcode|postal_code|postcode|plz|address'), says: 'the address' },
  { names: word('gender|sex|age|nationality|marital_status'), says: 'a trait' },
  { names: /^(name|nickname|title)$/, says: 'the name' },
]
