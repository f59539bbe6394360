/** The photographs that are filmed, from Debian packages, and which of them are held out. */
import { type PhotographSource, photographsIn, type SetName } from '../debian/photographSets.ts'

const SOURCES: readonly PhotographSource[] = [
  {
    name: 'lomiri-wallpapers-16.04',
    folder: 'usr/share/backgrounds',
    photographs: {
      train: [
        'Bridge_by_Sander_Klootwijk.jpg',
        'Dragonfly_by_Bolly.jpg',
        'Picture_0B_by_freespace.jpg',
        'Wine_by_Jakkub_Mede.jpg',
        'free_by_Peter_Nerlich.jpg',
        'friends_by_Aitzol_Berasategi.jpg',
        'greentock_by_Peter_Nerlich.jpg',
        'seeding_by_Clements_Engelhardt.jpg',
        'umang_by_Abhishek_Mudgal.jpg',
      ],
      valid: ['Picture_1A_by_freespace.jpg', 'sunset_by_Aitzol_Berasategi.jpg'],
      test: [
        'aitzgorri_by_Aitzol_Berasategi.jpg',
        'life_by_Aitzol_Berasategi.jpg',
        'picosdeeuropa_by_Aitzol_Berasategi.jpg',
      ],
    },
  },
  {
    name: 'mate-backgrounds',
    folder: 'usr/share/backgrounds/mate/nature',
    photographs: {
      train: [
        ...['Aqua.jpg', 'Blinds.jpg', 'Garden.jpg', 'GreenMeadow.jpg', 'RainDrops.jpg'],
        ...['Storm.jpg', 'TwoWings.jpg'],
      ],
      valid: ['YellowFlower.jpg', 'Wood.jpg'],
      test: ['Dune.jpg', 'LadyBird.jpg'],
    },
  },
  {
    name: 'palapeli-data',
    folder: 'usr/share/palapeli/collection',
    photographs: {
      train: ['cincinnati-bridge.jpg', 'citrus-fruits.jpg', 'panther-chameleon-female.jpg'],
      valid: ['european-honey-bee.jpg'],
      test: ['castle-maintenon.jpg'],
    },
  },
]

/** Paths of a set's photographs; fetches the packages that are not there (76 MB in all). */
export function photographsOf(set: SetName, workFolder: string): string[] {
  return photographsIn(SOURCES, set, workFolder).map(({ path }) => path)
}
