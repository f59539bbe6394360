/** Where a preset comes from. */
export interface Paper {
  readonly authors: string
  readonly year: number
  readonly title: string
  /** Number of the preprint at arxiv.org, where there is one. */
  readonly arxiv?: string
}

function paper(authors: string, year: number, title: string, arxiv?: string): Paper {
  return { authors, year, title, ...(arxiv === undefined ? {} : { arxiv }) }
}

const dauphin = paper(
  'Dauphin, Fan, Auli, Grangier',
  2017,
  'Language modeling with gated convolutional networks',
  '1612.08083',
)
const shazeer = paper('Shazeer', 2020, 'GLU variants improve transformer', '2002.05202')
const lgtsm = paper(
  'Chang, Liu, Lee, Hsu',
  2019,
  'Learnable gated temporal shift module for deep video inpainting',
  '1907.01131',
)

/** The paper behind every preset, by the preset's name. */
export const gatedPapers = {
  glu: dauphin,
  gtu: dauphin,
  bilinear: shazeer,
  reglu: shazeer,
  geglu: shazeer,
  swiglu: shazeer,
  convS2S: paper(
    'Gehring, Auli, Grangier, Yarats, Dauphin',
    2017,
    'Convolutional sequence to sequence learning',
    '1705.03122',
  ),
  wavenet: paper(
    'van den Oord, Dieleman, Zen, Simonyan and others',
    2016,
    'WaveNet: a generative model for raw audio',
    '1609.03499',
  ),
  gatedPixelCnn: paper(
    'van den Oord, Kalchbrenner, Vinyals, Espeholt, Graves, Kavukcuoglu',
    2016,
    'Conditional image generation with PixelCNN decoders',
    '1606.05328',
  ),
  pixelCnnPlusPlus: paper(
    'Salimans, Karpathy, Chen, Kingma',
    2017,
    'PixelCNN++: improving the PixelCNN with discretized logistic mixture likelihood and other modifications',
    '1701.05517',
  ),
  stgcn: paper(
    'Yu, Yin, Zhu',
    2018,
    'Spatio-temporal graph convolutional networks: a deep learning framework for traffic forecasting',
    '1709.04875',
  ),
  graphWaveNet: paper(
    'Wu, Pan, Long, Jiang, Zhang',
    2019,
    'Graph WaveNet for deep spatial-temporal graph modeling',
    '1906.00121',
  ),
  deepfill: paper(
    'Yu, Lin, Yang, Shen, Lu, Huang',
    2019,
    'Free-form image inpainting with gated convolution',
    '1806.03589',
  ),
  lightweight: paper(
    'Yi, Tang, Azizi, Jang, Xu',
    2020,
    'Contextual residual aggregation for ultra high-resolution image inpainting',
    '2005.09704',
  ),
  extraNet: paper(
    'Guo, Fu, Lin and others',
    2021,
    'ExtraNet: real-time extrapolated rendering for low-latency temporal supersampling',
  ),
  freeFormVideo: paper(
    'Chang, Liu, Lee, Hsu',
    2019,
    'Free-form video inpainting with 3D gated convolution and temporal PatchGAN',
    '1904.10247',
  ),
  vinet: paper('Kim, Woo, Lee, Kweon', 2019, 'Deep video inpainting', '1905.01639'),
  onionPeel: paper(
    'Oh, Lee, Lee, Kim',
    2019,
    'Onion-peel networks for deep video completion',
    '1908.08718',
  ),
  aotBlock: paper(
    'Zeng, Fu, Chao, Guo',
    2021,
    'Aggregated contextual transformations for high-resolution image inpainting',
    '2104.01431',
  ),
  s3dg: paper(
    'Xie, Sun, Huang, Tu, Murphy',
    2018,
    'Rethinking spatiotemporal feature learning: speed-accuracy trade-offs in video classification',
    '1712.04851',
  ),
  gateShift: paper(
    'Sudhakaran, Escalera, Lanz',
    2020,
    'Gate-shift networks for video action recognition',
    '1912.00381',
  ),
  temporalShift: paper(
    'Lin, Gan, Han',
    2019,
    'TSM: temporal shift module for efficient video understanding',
    '1811.08383',
  ),
  shiftedGate: lgtsm,
  highway: paper('Srivastava, Greff, Schmidhuber', 2015, 'Highway networks', '1505.00387'),
  gnConv: paper(
    'Rao, Zhao, Tang, Zhou, Lim, Lu',
    2022,
    'HorNet: efficient high-order spatial interactions with recursive gated convolutions',
    '2207.14284',
  ),
  mambaOut: paper('Yu, Wang', 2024, 'MambaOut: do we really need Mamba for vision?', '2405.07992'),
  conformer: paper(
    'Gulati, Qin, Chiu, Parmar and others',
    2020,
    'Conformer: convolution-augmented transformer for speech recognition',
    '2005.08100',
  ),
  partialConv: paper(
    'Liu, Reda, Shih, Wang, Tao, Catanzaro',
    2018,
    'Image inpainting for irregular holes using partial convolutions',
    '1804.07723',
  ),
} as const satisfies Readonly<Record<string, Paper>>
