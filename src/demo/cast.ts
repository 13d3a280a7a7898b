const at = (name: string) => `${name}@skyways.example`

/** The people of the sample mesh whom one can sign in as, with the purpose that they work for. */
export const cast = [
  { who: at('nia') },
  { who: at('leo'), purpose: 'planning' },
  { who: at('omar') },
  { who: at('ana') },
  { who: at('sol') },
  { who: at('ivy'), purpose: 'operations' },
  { who: at('bo'), purpose: 'operations' },
  { who: at('raj') },
  { who: at('kai'), purpose: 'customer-care' },
  { who: at('mia'), purpose: 'marketing' },
  { who: at('greta') },
  { who: at('petra'), purpose: 'planning' },
  { who: 'otp-dashboard', purpose: 'operations' },
  { who: 'care-bot', purpose: 'rebooking' },
] as const satisfies readonly { readonly who: string; readonly purpose?: string }[]

/** Who asks for what; `approves` is missing where a rule answers. */
export interface Wish {
  readonly who: string
  /** Who asks, where it is not the one who gets it. */
  readonly asks?: string
  readonly tables: readonly string[]
  readonly purpose: string
  readonly approves?: string
}

/** Access of the sample mesh, asked for and answered by the people named. */
export const wishes: readonly Wish[] = [
  { who: at('leo'), tables: ['flights.departures'], purpose: 'planning' },
  { who: at('leo'), tables: ['network.routes'], purpose: 'planning', approves: at('nia') },
  { who: at('leo'), tables: ['safety.wildlife_strikes'], purpose: 'planning', approves: at('sol') },
  { who: at('leo'), tables: ['people.crew', 'people.rosters'], purpose: 'planning', approves: at('ivy') },
  { who: at('mia'), tables: ['sales.bookings', 'sales.passengers'], purpose: 'marketing', approves: at('raj') },
  { who: at('mia'), tables: ['flights.departures'], purpose: 'marketing', approves: at('omar') },
  { who: at('mia'), tables: ['safety.wildlife_strikes'], purpose: 'marketing', approves: at('sol') },
  { who: at('kai'), tables: ['sales.bookings', 'sales.passengers'], purpose: 'customer-care', approves: at('raj') },
  { who: at('kai'), tables: ['flights.departures'], purpose: 'customer-care', approves: at('omar') },
  { who: at('kai'), tables: ['sales.bookings', 'sales.passengers'], purpose: 'rebooking', approves: at('raj') },
  { who: at('kai'), tables: ['flights.departures'], purpose: 'rebooking', approves: at('omar') },
  {
    who: 'care-bot',
    asks: at('raj'),
    tables: ['sales.bookings', 'sales.passengers'],
    purpose: 'rebooking',
  },
  { who: 'care-bot', asks: at('raj'), tables: ['flights.departures'], purpose: 'rebooking', approves: at('omar') },
  { who: at('bo'), tables: ['people.crew', 'people.rosters'], purpose: 'operations', approves: at('ivy') },
  { who: at('bo'), tables: ['flights.departures'], purpose: 'operations' },
  { who: at('ivy'), tables: ['people.crew', 'people.rosters', 'flights.departures'], purpose: 'operations' },
  { who: 'otp-dashboard', asks: at('omar'), tables: ['flights.monthly_otp'], purpose: 'operations' },
  { who: at('petra'), tables: ['marketing.reach'], purpose: 'planning', approves: at('mia') },
]
